#include "tests/support/fake_ws_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace redink::tests {
namespace {

namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

/// Sends what the script says; false when the socket is to end without a goodbye.
template <class Stream>
Task<bool> follow(Stream& stream, const WsScript& script) {
    const bool is_half =
        script.end == WsScript::End::half_then_drop || script.end == WsScript::End::half_then_hang;
    stream.binary(script.binary);
    for (std::size_t i = 0; i < script.messages.size(); ++i) {
        const std::string& text = script.messages[i];
        if (is_half && i + 1 == script.messages.size()) {
            const asio::const_buffer half{text.data(), text.size() / 2};
            co_await stream.async_write_some(false, half, kAwait);
        } else {
            co_await stream.async_write(asio::buffer(text), kAwait);
        }
    }
    if (script.end == WsScript::End::close) {
        co_await stream.async_close(websocket::close_code::try_again_later, kAwait);
    }
    co_return script.end == WsScript::End::no || script.end == WsScript::End::half_then_hang;
}

}  // namespace

FakeWsServer::FakeWsServer(asio::io_context& io,
                           Handler handler,
                           const std::optional<TestCertificate>& certificate)
    : io_{io},
      handler_{std::move(handler)},
      acceptor_{io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}},
      port_{acceptor_.local_endpoint().port()} {
    if (certificate) {
        tls_ = make_server_context(*certificate);
    }
    spawn(accept());
}

FakeWsServer::~FakeWsServer() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    drop_all();
    while (active_ > 0) {
        io_.restart();
        io_.run_one();
    }
}

void FakeWsServer::drop_all() {
    boost::system::error_code ignored;
    for (const auto& weak : sockets_) {
        if (const auto socket = weak.lock()) {
            socket->close(ignored);
        }
    }
}

std::string FakeWsServer::url(const std::string& target, const std::string& host) const {
    return (tls_ ? "wss://" : "ws://") + host + ":" + std::to_string(port_) + target;
}

void FakeWsServer::spawn(Task<void> work) {
    ++active_;
    const auto finish = [this](const std::exception_ptr& thrown) {
        --active_;
        if (thrown) {
            std::rethrow_exception(thrown);
        }
    };
    asio::co_spawn(io_, std::move(work), finish);
}

Task<void> FakeWsServer::accept() {
    for (;;) {
        auto [error, socket] = co_await acceptor_.async_accept(kAwait);
        if (error) {
            co_return;
        }
        const auto shared = std::make_shared<Socket>(std::move(socket));
        sockets_.push_back(shared);
        spawn(serve(shared, ++connections_));
    }
}

Task<void> FakeWsServer::serve(std::shared_ptr<Socket> socket, std::size_t number) {
    if (!tls_) {
        co_await serve_on(*socket, number);
        co_return;
    }
    asio::ssl::stream<Socket&> stream{*socket, *tls_};
    const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, kAwait);
    if (!error) {
        co_await serve_on(stream, number);
    }
}

template <class Next>
Task<void> FakeWsServer::serve_on(Next& next, std::size_t number) {
    boost::beast::flat_buffer buffer;
    http::request<http::string_body> request;
    const auto [unread, size] = co_await http::async_read(next, buffer, request, kAwait);
    if (unread) {
        co_return;
    }
    upgrades.push_back(to_seen(request, number));
    if (!declined_.empty()) {
        co_await asio::async_write(next, asio::buffer(declined_), kAwait);
        co_return;
    }
    websocket::stream<Next&> stream{next};
    stream.control_callback([this](websocket::frame_type kind, boost::beast::string_view) {
        pings += kind == websocket::frame_type::ping ? 1U : 0U;
        pongs += kind == websocket::frame_type::pong ? 1U : 0U;
    });
    const auto [refused] = co_await stream.async_accept(request, kAwait);
    bool goes_on = !refused;
    while (goes_on) {
        buffer.clear();
        const auto [error, count] = co_await stream.async_read(buffer, kAwait);
        if (error) {
            break;
        }
        messages.push_back(boost::beast::buffers_to_string(buffer.data()));
        const WsScript script = handler_(messages.back());
        goes_on = co_await follow(stream, script);
    }
    boost::system::error_code ignored;
    boost::beast::get_lowest_layer(next).close(ignored);
}

}  // namespace redink::tests
