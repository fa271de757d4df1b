#pragma once

#include <memory>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "app/node/faults.hpp"
#include "app/node/socket_limits.hpp"

namespace redink::node {

class Methods;
class WebSocketSession;

/// One connection of an HTTP client, which may become a WebSocket.
class HttpSession {
  public:
    using Request = boost::beast::http::request<boost::beast::http::string_body>;
    using Response = boost::beast::http::response<boost::beast::http::string_body>;

    /// Methods and faults must outlive it.
    HttpSession(boost::asio::ip::tcp::socket socket,
                Methods& methods,
                Faults& faults,
                SocketLimits limits);
    ~HttpSession();
    HttpSession(const HttpSession&) = delete;
    HttpSession& operator=(const HttpSession&) = delete;

    /// Serves until either side ends the connection. The session must outlive it.
    [[nodiscard]] boost::asio::awaitable<void> run();

    /// Answers what is on its way, and ends.
    void stop();

  private:
    using Awaited = boost::asio::awaitable<bool>;  ///< true when the connection stays

    [[nodiscard]] Awaited answer(Request request);
    [[nodiscard]] Awaited answer_post(Request request, Treatment treatment);
    [[nodiscard]] boost::asio::awaitable<void> become_websocket(Request request);
    [[nodiscard]] Response respond(const Request& request, Disturbance disturbance);
    [[nodiscard]] boost::asio::awaitable<void> wait_until_left();
    [[nodiscard]] Awaited write(Response response);
    [[nodiscard]] Awaited drip(Response response, Treatment treatment);
    [[nodiscard]] boost::asio::awaitable<void> pause(std::chrono::milliseconds delay);

    boost::beast::tcp_stream stream_;
    boost::beast::flat_buffer buffer_;
    Methods& methods_;
    Faults& faults_;
    SocketLimits limits_;
    std::unique_ptr<WebSocketSession> websocket_;
    bool is_idle_ = true;
    bool is_stopping_ = false;
};

}  // namespace redink::node
