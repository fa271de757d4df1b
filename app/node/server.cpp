#include "app/node/server.hpp"

#include <list>
#include <stdexcept>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "app/node/faults.hpp"
#include "app/node/methods.hpp"

namespace redink::node {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using Response = http::response<http::string_body>;
using Request = http::request<http::string_body>;

constexpr std::chrono::seconds kIdleLimit{120};   // as long as clients keep a connection
constexpr std::chrono::seconds kWriteLimit{120};  // a client that stops reading is let go
constexpr std::uint32_t kMaxHeaderBytes = 16 * 1024;

/// Completion that gives the error code instead of throwing it.
constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

Response make_response(const Request& request, http::status status, std::string body) {
    Response response{status, request.version()};
    response.set(http::field::content_type,
                 status == http::status::ok ? "application/json" : "text/plain");
    response.keep_alive(request.keep_alive());
    response.body() = std::move(body);
    response.prepare_payload();
    return response;
}

/// The answer to what could not be read, if it deserves one.
std::optional<Response> refusal(const beast::error_code& error) {
    http::status status = http::status::bad_request;
    if (error == http::error::body_limit) {
        status = http::status::payload_too_large;
    } else if (error == http::error::header_limit) {
        status = http::status::request_header_fields_too_large;
    } else if (error == http::error::end_of_stream || error == http::error::partial_message ||
               error.category() != http::make_error_code(http::error::body_limit).category()) {
        return std::nullopt;
    }
    constexpr unsigned kHttp11 = 11;
    Response response{status, kHttp11};
    response.keep_alive(false);
    response.body() = error.message() + "\n";
    response.prepare_payload();
    return response;
}

}  // namespace

class Server::Impl {
  public:
    Impl(asio::io_context& context, Methods& methods, Faults& faults, std::uint16_t port)
        : context_{context}, methods_{methods}, faults_{faults}, acceptor_{context} {
        const tcp::endpoint endpoint{asio::ip::address_v4::loopback(), port};
        acceptor_.open(endpoint.protocol());
        acceptor_.set_option(asio::socket_base::reuse_address{true});
        beast::error_code error;
        acceptor_.bind(endpoint, error);
        if (!error) {
            acceptor_.listen(asio::socket_base::max_listen_connections, error);
        }
        if (error) {
            throw std::runtime_error{"cannot listen on 127.0.0.1:" + std::to_string(port) + ": " +
                                     error.message() + "; choose another port, or 0 for any"};
        }
        port_ = acceptor_.local_endpoint().port();
        asio::co_spawn(context_, accept(), rethrow);
    }

    [[nodiscard]] std::uint16_t port() const {
        return port_;
    }

    void stop() {
        stopping_ = true;
        beast::error_code ignored;
        acceptor_.close(ignored);
        for (Session& session : sessions_) {
            if (session.is_idle) {
                session.stream.cancel();
            }
        }
    }

  private:
    struct Session {
        explicit Session(tcp::socket socket) : stream{std::move(socket)} {
        }

        beast::tcp_stream stream;
        beast::flat_buffer buffer;
        bool is_idle = true;
    };

    using SessionPlace = std::list<Session>::iterator;

    static void rethrow(std::exception_ptr error) {
        if (error) {
            std::rethrow_exception(std::move(error));
        }
    }

    asio::awaitable<void> accept() {
        while (!stopping_) {
            auto [error, socket] = co_await acceptor_.async_accept(kNoThrow);
            if (error == asio::error::operation_aborted || !acceptor_.is_open()) {
                co_return;
            }
            if (error || sessions_.size() >= kMaxConnections) {
                continue;
            }
            socket.set_option(tcp::no_delay{true}, error);
            const SessionPlace session = sessions_.emplace(sessions_.end(), std::move(socket));
            const auto forget = [this, session](std::exception_ptr failure) {
                sessions_.erase(session);
                rethrow(std::move(failure));
            };
            asio::co_spawn(context_, serve(session), forget);
        }
    }

    asio::awaitable<void> serve(SessionPlace session) {
        bool goes_on = true;
        while (goes_on && !stopping_) {
            http::request_parser<http::string_body> parser;
            parser.body_limit(kMaxRequestBytes);
            parser.header_limit(kMaxHeaderBytes);
            session->is_idle = true;
            session->stream.expires_after(kIdleLimit);
            auto [error, size] =
                co_await http::async_read(session->stream, session->buffer, parser, kNoThrow);
            session->is_idle = false;
            if (error) {
                std::optional<Response> response = refusal(error);
                if (response) {
                    co_await write(session, std::move(*response));
                }
                break;
            }
            goes_on = co_await answer(session, parser.release());
        }
        beast::error_code ignored;
        session->stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
    }

    /// True when the connection stays.
    asio::awaitable<bool> answer(SessionPlace session, Request request) {
        if (request.method() != http::verb::post) {
            Response response = make_response(request,
                                              http::status::method_not_allowed,
                                              "redink node: POST a JSON-RPC request\n");
            response.set(http::field::allow, "POST");
            co_return co_await write(session, std::move(response));
        }
        std::chrono::milliseconds delay{0};
        const Disturbance disturbance = faults_.next_disturbance(delay);
        if (delay.count() > 0) {
            asio::steady_timer timer{context_, delay};
            co_await timer.async_wait(kNoThrow);
        }
        if (disturbance == Disturbance::close) {
            co_return false;
        }
        co_return co_await write(session, respond(request, disturbance));
    }

    Response respond(const Request& request, Disturbance disturbance) {
        if (disturbance == Disturbance::http_500) {
            return make_response(request, http::status::internal_server_error, "a fault\n");
        }
        if (disturbance == Disturbance::http_429) {
            return make_response(request, http::status::too_many_requests, "a fault\n");
        }
        std::string text = methods_.answer(request.body());
        const std::size_t whole = text.size();
        if (disturbance == Disturbance::cut_json || disturbance == Disturbance::truncate) {
            text.resize(whole / 2);
        }
        const bool is_silent = text.empty() && disturbance == Disturbance::none;
        Response response = make_response(
            request, is_silent ? http::status::no_content : http::status::ok, std::move(text));
        if (disturbance == Disturbance::truncate) {
            response.content_length(whole);
            response.keep_alive(false);
        }
        return response;
    }

    asio::awaitable<bool> write(SessionPlace session, Response response) {
        if (stopping_) {
            response.keep_alive(false);
        }
        session->stream.expires_after(kWriteLimit);
        auto [error, size] = co_await http::async_write(session->stream, response, kNoThrow);
        co_return !error && response.keep_alive();
    }

    asio::io_context& context_;
    Methods& methods_;
    Faults& faults_;
    tcp::acceptor acceptor_;
    std::uint16_t port_ = 0;
    bool stopping_ = false;
    std::list<Session> sessions_;
};

Server::Server(asio::io_context& context, Methods& methods, Faults& faults, std::uint16_t port)
    : impl_{std::make_unique<Impl>(context, methods, faults, port)} {
}

Server::~Server() = default;

std::uint16_t Server::port() const {
    return impl_->port();
}

std::string Server::url() const {
    return "http://127.0.0.1:" + std::to_string(port());
}

void Server::stop() {
    impl_->stop();
}

}  // namespace redink::node
