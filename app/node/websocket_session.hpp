#pragma once

#include <deque>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "app/node/feed.hpp"
#include "app/node/socket_limits.hpp"
#include "app/node/subscriptions.hpp"

namespace redink::node {

class Methods;

/// One WebSocket: requests in, answers and notifications out, through a bounded queue, so that a
/// slow reader holds up nobody; it is closed when the queue overflows.
class WebSocketSession {
  public:
    using Request = boost::beast::http::request<boost::beast::http::string_body>;

    /// Methods and faults must outlive it.
    WebSocketSession(boost::beast::tcp_stream stream,
                     Methods& methods,
                     Faults& faults,
                     SocketLimits limits);
    ~WebSocketSession();
    WebSocketSession(const WebSocketSession&) = delete;
    WebSocketSession& operator=(const WebSocketSession&) = delete;

    /// Accepts the upgrade and serves until either side ends the socket.
    [[nodiscard]] boost::asio::awaitable<void> run(Request upgrade);

    /// Sends what waits, says goodbye and ends; soon, whatever the client does.
    void stop();

  private:
    /// A message that waits to be sent.
    struct Outgoing {
        enum class Kind : std::uint8_t { answer, notification };

        std::string text;
        Kind kind = Kind::answer;
        Treatment treatment;
    };

    void told(const ChainChange& change);
    void push(Outgoing message);
    void hang_up();
    [[nodiscard]] boost::asio::awaitable<void> read();
    [[nodiscard]] boost::asio::awaitable<void> answer(std::string request);
    [[nodiscard]] boost::asio::awaitable<void> write();
    [[nodiscard]] boost::asio::awaitable<void> await_farewell();
    [[nodiscard]] boost::asio::awaitable<bool> send(Outgoing message);
    [[nodiscard]] boost::asio::awaitable<bool> drip(Outgoing message);

    boost::beast::websocket::stream<boost::beast::tcp_stream> stream_;
    boost::beast::flat_buffer buffer_;
    Methods& methods_;
    Faults& faults_;
    SocketLimits limits_;
    Subscriptions subscriptions_;
    Feed::Place place_;
    std::deque<Outgoing> queue_;
    std::vector<std::string> held_back_;  ///< notifications until the answer in hand is queued
    std::size_t queued_bytes_ = 0;
    std::uint64_t notified_ = 0;
    boost::asio::steady_timer wake_;
    boost::asio::steady_timer pause_;
    boost::asio::steady_timer farewell_;
    bool is_answering_ = false;
    bool is_stopping_ = false;
    bool has_ended_ = false;
};

}  // namespace redink::node
