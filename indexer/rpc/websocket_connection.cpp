#include "indexer/rpc/websocket_connection.hpp"

#include <ctime>

#include <boost/asio/as_tuple.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "indexer/rpc/base64.hpp"
#include "indexer/rpc/envelope.hpp"
#include "indexer/rpc/retry.hpp"

namespace redink::rpc {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

constexpr unsigned kOk = 200;
constexpr unsigned kTooManyRequests = 429;
constexpr std::size_t kMaxShown = 200;

CallError io_error(const error_code& error, const std::string& doing) {
    if (error == asio::error::operation_aborted) {
        return fail(RpcErrc::cancelled, "cancelled");
    }
    if (error == websocket::error::message_too_big || error == websocket::error::buffer_overflow) {
        return fail(RpcErrc::too_large, doing + ": larger than our limit");
    }
    if (error == websocket::error::closed) {
        return fail(RpcErrc::broken, doing + ": the node closed the WebSocket");
    }
    if (error == beast::error::timeout) {
        return fail(RpcErrc::broken, doing + ": pings stay unanswered");
    }
    return fail(RpcErrc::broken, doing + ": " + error.message());
}

/// What a node that does not upgrade said instead.
CallError declined(const websocket::response_type& response) {
    const unsigned status = response.result_int();
    std::string text = "no WebSocket: HTTP " + std::to_string(status);
    if (!response.body().empty()) {
        text += ": " + excerpt(response.body(), kMaxShown);
    }
    CallError error = fail(
        status == kTooManyRequests ? RpcErrc::rate_limited : RpcErrc::http_status, std::move(text));
    error.http_status = status;
    const auto wait = response[http::field::retry_after];
    if (!wait.empty()) {
        error.retry_after = parse_retry_after({wait.data(), wait.size()}, std::time(nullptr));
    }
    return error;
}

}  // namespace

/// A WebSocket over either kind of stream.
class WebSocketConnection::Stream {
  public:
    Stream() = default;
    virtual ~Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    [[nodiscard]] virtual Task<CallResult<void>> upgrade(const Url& url) = 0;
    [[nodiscard]] virtual Task<error_code> write(std::string_view text) = 0;
    [[nodiscard]] virtual Task<error_code> read(std::string& text) = 0;
    virtual void set_patience(std::optional<std::chrono::milliseconds> patience) = 0;
};

template <class Next>
class WebSocketConnection::StreamOver final : public Stream {
  public:
    template <class Socket>
    StreamOver(Socket&& next, std::size_t answer_limit) : stream_{std::forward<Socket>(next)} {
        stream_.read_message_max(answer_limit);
    }

    Task<CallResult<void>> upgrade(const Url& url) override {
        stream_.set_option(websocket::stream_base::decorator{[&url](websocket::request_type& out) {
            out.set(http::field::user_agent, "redink");
            if (!url.credentials().empty()) {
                out.set(http::field::authorization, "Basic " + to_base64(url.credentials()));
            }
        }});
        websocket::response_type response;
        const auto [error] =
            co_await stream_.async_handshake(response, url.host_field(), url.target(), kAwait);
        if (error == websocket::error::upgrade_declined) {
            co_return declined(response);
        }
        if (error) {
            co_return io_error(error, "upgrading to a WebSocket");
        }
        co_return CallResult<void>{};
    }

    Task<error_code> write(std::string_view text) override {
        const auto [error, size] = co_await stream_.async_write(asio::buffer(text), kAwait);
        co_return error;
    }

    Task<error_code> read(std::string& text) override {
        auto buffer = asio::dynamic_buffer(text);
        const auto [error, size] = co_await stream_.async_read(buffer, kAwait);
        co_return error;
    }

    void set_patience(std::optional<std::chrono::milliseconds> patience) override {
        // Beast pings after half of the idle time, and gives up after all of it.
        const auto idle = patience ? std::chrono::steady_clock::duration{*patience * 2}
                                   : websocket::stream_base::none();
        stream_.set_option(
            websocket::stream_base::timeout{websocket::stream_base::none(), idle, true});
    }

  private:
    websocket::stream<Next> stream_;
};

WebSocketConnection::WebSocketConnection(const Url& url,
                                         asio::ssl::context* tls,
                                         std::size_t answer_limit)
    : url_{url}, tls_{tls}, answer_limit_{answer_limit} {
}

WebSocketConnection::~WebSocketConnection() = default;

Task<CallResult<void>> WebSocketConnection::connect() {
    auto dialled = co_await dial(url_, tls_);
    if (!dialled) {
        co_return std::move(dialled).error();
    }
    if (auto* tls = std::get_if<TlsStream>(&*dialled)) {
        stream_ = std::make_unique<StreamOver<TlsStream>>(std::move(*tls), answer_limit_);
    } else {
        stream_ = std::make_unique<StreamOver<PlainStream>>(
            std::move(std::get<PlainStream>(*dialled)), answer_limit_);
    }
    const auto upgraded = co_await stream_->upgrade(url_);
    reusable_ = upgraded.has_value();
    co_return upgraded;
}

Task<CallResult<void>> WebSocketConnection::send(std::string_view text) {
    const error_code error = co_await stream_->write(text);
    if (error) {
        co_return io_error(error, "sending");
    }
    co_return CallResult<void>{};
}

Task<CallResult<std::string>> WebSocketConnection::receive() {
    std::string text;
    const error_code error = co_await stream_->read(text);
    if (error) {
        co_return io_error(error, text.empty() ? "awaiting a message" : "reading a message");
    }
    co_return text;
}

Task<CallResult<std::string>> WebSocketConnection::receive_pinging(
    std::chrono::milliseconds patience) {
    stream_->set_patience(patience);
    auto text = co_await receive();
    // Nobody reads now, so an unanswered ping would prove nothing.
    stream_->set_patience(std::nullopt);
    co_return text;
}

Task<CallResult<Reply>> WebSocketConnection::exchange(std::string_view body) {
    reusable_ = false;
    const error_code unsent = co_await stream_->write(body);
    Reply reply;
    error_code unread = unsent;
    if (!unsent) {
        unread = co_await stream_->read(reply.body);
    }
    if (unread) {
        const CallError error = io_error(unread, "awaiting the answer");
        if (served_ > 0 && reply.body.empty() && error.is(RpcErrc::broken)) {
            co_return fail(RpcErrc::stale, "the kept WebSocket was closed");
        }
        co_return error;
    }
    ++served_;
    reply.status = kOk;
    reusable_ = true;
    co_return reply;
}

}  // namespace redink::rpc
