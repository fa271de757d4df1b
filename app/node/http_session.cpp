#include "app/node/http_session.hpp"

#include <sstream>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "app/node/methods.hpp"
#include "app/node/websocket_session.hpp"

namespace redink::node {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

constexpr std::chrono::seconds kIdleLimit{120};   // as long as clients keep a connection
constexpr std::chrono::seconds kWriteLimit{120};  // a client that stops reading is let go
constexpr std::uint32_t kMaxHeaderBytes = 16 * 1024;

/// Completion that gives the error code instead of throwing it.
constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

HttpSession::Response make_response(const HttpSession::Request& request,
                                    http::status status,
                                    std::string body) {
    HttpSession::Response response{status, request.version()};
    response.set(http::field::content_type,
                 status == http::status::ok ? "application/json" : "text/plain");
    response.keep_alive(request.keep_alive());
    response.body() = std::move(body);
    response.prepare_payload();
    return response;
}

/// The answer to what could not be read, if it deserves one.
std::optional<HttpSession::Response> refusal(const beast::error_code& error) {
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
    HttpSession::Response response{status, kHttp11};
    response.keep_alive(false);
    response.body() = error.message() + "\n";
    response.prepare_payload();
    return response;
}

/// Closing sends RST in place of what waits to be sent.
void reset_on_close(tcp::socket& socket) {
    beast::error_code ignored;
    socket.set_option(asio::socket_base::linger{true, 0}, ignored);
    socket.close(ignored);
}

}  // namespace

HttpSession::HttpSession(tcp::socket socket, Methods& methods, Faults& faults, SocketLimits limits)
    : stream_{std::move(socket)}, methods_{methods}, faults_{faults}, limits_{limits} {
}

HttpSession::~HttpSession() = default;

void HttpSession::stop() {
    is_stopping_ = true;
    if (websocket_) {
        websocket_->stop();
    } else if (is_idle_) {
        stream_.cancel();
    }
}

asio::awaitable<void> HttpSession::run() {
    bool goes_on = true;
    while (goes_on && !is_stopping_) {
        http::request_parser<http::string_body> parser;
        parser.body_limit(kMaxRequestBytes);
        parser.header_limit(kMaxHeaderBytes);
        is_idle_ = true;
        stream_.expires_after(kIdleLimit);
        auto [error, size] = co_await http::async_read(stream_, buffer_, parser, kNoThrow);
        is_idle_ = false;
        if (error) {
            std::optional<Response> response = refusal(error);
            if (response) {
                co_await write(std::move(*response));
            }
            break;
        }
        goes_on = co_await answer(parser.release());
    }
    if (!websocket_) {
        beast::error_code ignored;
        stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
    }
}

asio::awaitable<bool> HttpSession::answer(Request request) {
    const bool is_upgrade = beast::websocket::is_upgrade(request) && !faults_.denies_websocket();
    if (request.method() != http::verb::post && !is_upgrade) {
        Response response = make_response(
            request, http::status::method_not_allowed, "redink node: POST a JSON-RPC request\n");
        response.set(http::field::allow, "POST");
        co_return co_await write(std::move(response));
    }
    const Treatment treatment = faults_.next_treatment();
    co_await pause(treatment.delay);
    switch (treatment.disturbance) {
        case Disturbance::close:
            co_return false;
        case Disturbance::reset:
            reset_on_close(stream_.socket());
            co_return false;
        case Disturbance::hang:
            co_await wait_until_left();
            co_return false;
        case Disturbance::http_500:
        case Disturbance::http_429:
            co_return co_await answer_post(std::move(request), treatment);
        default:
            break;
    }
    if (is_upgrade) {
        co_await become_websocket(std::move(request));
        co_return false;
    }
    co_return co_await answer_post(std::move(request), treatment);
}

asio::awaitable<bool> HttpSession::answer_post(Request request, Treatment treatment) {
    Response response = respond(request, treatment.disturbance);
    if (treatment.drip > 0) {
        co_return co_await drip(std::move(response), treatment);
    }
    co_return co_await write(std::move(response));
}

asio::awaitable<void> HttpSession::become_websocket(Request request) {
    stream_.expires_never();
    websocket_ = std::make_unique<WebSocketSession>(std::move(stream_), methods_, faults_, limits_);
    if (is_stopping_) {
        co_return;
    }
    co_await websocket_->run(std::move(request));
}

asio::awaitable<void> HttpSession::pause(std::chrono::milliseconds delay) {
    if (delay.count() > 0) {
        asio::steady_timer timer{co_await asio::this_coro::executor, delay};
        co_await timer.async_wait(kNoThrow);
    }
}

asio::awaitable<void> HttpSession::wait_until_left() {
    is_idle_ = true;
    stream_.expires_never();
    char byte = 0;
    if (!is_stopping_) {
        co_await stream_.async_read_some(asio::buffer(&byte, 1), kNoThrow);
    }
}

HttpSession::Response HttpSession::respond(const Request& request, Disturbance disturbance) {
    if (disturbance == Disturbance::http_500) {
        return make_response(request, http::status::internal_server_error, "a fault\n");
    }
    if (disturbance == Disturbance::http_429) {
        return make_response(request, http::status::too_many_requests, "a fault\n");
    }
    std::string text = methods_.answer(request.body());
    const bool is_silent = text.empty();
    const std::size_t whole = text.size();
    Response response = make_response(request,
                                      is_silent ? http::status::no_content : http::status::ok,
                                      disturbed(std::move(text), disturbance));
    if (disturbance == Disturbance::truncate) {
        response.content_length(whole);
        response.keep_alive(false);
    }
    return response;
}

asio::awaitable<bool> HttpSession::write(Response response) {
    if (is_stopping_) {
        response.keep_alive(false);
    }
    stream_.expires_after(kWriteLimit);
    auto [error, size] = co_await http::async_write(stream_, response, kNoThrow);
    co_return !error && response.keep_alive();
}

asio::awaitable<bool> HttpSession::drip(Response response, Treatment treatment) {
    std::ostringstream out;
    out << response;
    const std::string wire = out.str();
    for (std::size_t at = 0; at < wire.size() && !is_stopping_; at += treatment.drip) {
        stream_.expires_after(kWriteLimit);
        const asio::const_buffer piece{wire.data() + at,
                                       std::min(treatment.drip, wire.size() - at)};
        auto [error, size] = co_await asio::async_write(stream_, piece, kNoThrow);
        if (error) {
            co_return false;
        }
        co_await pause(treatment.pause);
    }
    co_return response.keep_alive() && !is_stopping_;
}

}  // namespace redink::node
