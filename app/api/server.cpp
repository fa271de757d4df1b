#include "app/api/server.hpp"

#include <list>
#include <stdexcept>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace redink::app {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kMaxConnections = 64;
constexpr std::uint32_t kMaxHeaderBytes = 8 * 1024;
constexpr std::uint64_t kMaxBodyBytes = 1024;
constexpr std::chrono::seconds kReadLimit{15};
constexpr std::chrono::seconds kWriteLimit{15};

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

Response respond(const Request& request, const ApiHandler& handler) {
    ApiAnswer answer;
    const bool is_read =
        request.method() == http::verb::get || request.method() == http::verb::head;
    if (is_read) {
        const std::string target{request.target().data(), request.target().size()};
        answer = handler(target.substr(0, target.find('?')));
    } else {
        answer = {405, "text/plain", "only GET and HEAD are understood\n"};
    }
    Response response{http::int_to_status(answer.status), request.version()};
    response.set(http::field::content_type, answer.type);
    response.set(http::field::cache_control, "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    if (!is_read) {
        response.set(http::field::allow, "GET, HEAD");
    }
    response.keep_alive(request.keep_alive());
    response.content_length(answer.body.size());
    if (request.method() != http::verb::head) {
        response.body() = std::move(answer.body);
    }
    return response;
}

}  // namespace

class ApiServer::Impl {
  public:
    Impl(std::uint16_t port, ApiHandler handler) : handler_{std::move(handler)}, acceptor_{io_} {
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
                                     error.message() +
                                     "; choose another port with --port, or 0 for any"};
        }
        port_ = acceptor_.local_endpoint().port();
        asio::co_spawn(io_, accept(), [](const std::exception_ptr&) {});
        thread_ = std::thread{[this] { io_.run(); }};
    }

    ~Impl() {
        asio::post(io_, [this] {
            beast::error_code ignored;
            acceptor_.close(ignored);
            for (beast::tcp_stream& stream : streams_) {
                stream.close();
            }
        });
        thread_.join();
    }

    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    [[nodiscard]] std::uint16_t port() const {
        return port_;
    }

  private:
    using Place = std::list<beast::tcp_stream>::iterator;

    asio::awaitable<void> accept() {
        while (acceptor_.is_open()) {
            auto [error, socket] = co_await acceptor_.async_accept(kNoThrow);
            if (error == asio::error::operation_aborted || !acceptor_.is_open()) {
                co_return;
            }
            if (error || streams_.size() >= kMaxConnections) {
                continue;
            }
            const Place place = streams_.emplace(streams_.end(), std::move(socket));
            const auto forget = [this, place](const std::exception_ptr&) { streams_.erase(place); };
            asio::co_spawn(io_, serve(place), forget);
        }
    }

    asio::awaitable<void> serve(Place stream) {
        beast::flat_buffer buffer;
        for (bool goes_on = true; goes_on;) {
            http::request_parser<http::string_body> parser;
            parser.header_limit(kMaxHeaderBytes);
            parser.body_limit(kMaxBodyBytes);
            stream->expires_after(kReadLimit);
            auto [error, size] = co_await http::async_read(*stream, buffer, parser, kNoThrow);
            if (error) {
                break;
            }
            Response response = respond(parser.get(), handler_);
            goes_on = response.keep_alive();
            stream->expires_after(kWriteLimit);
            auto [failed, sent] = co_await http::async_write(*stream, response, kNoThrow);
            goes_on = goes_on && !failed;
        }
        stream->close();
    }

    ApiHandler handler_;
    asio::io_context io_;
    tcp::acceptor acceptor_;
    std::uint16_t port_ = 0;
    std::list<beast::tcp_stream> streams_;
    std::thread thread_;
};

ApiServer::ApiServer(std::uint16_t port, ApiHandler handler)
    : impl_{std::make_unique<Impl>(port, std::move(handler))} {
}

ApiServer::~ApiServer() = default;

std::uint16_t ApiServer::port() const {
    return impl_->port();
}

}  // namespace redink::app
