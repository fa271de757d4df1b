#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "indexer/rpc/connection.hpp"

namespace redink::rpc {

/// One WebSocket to a node (RFC 6455), plain or TLS. It sets no time limits: the caller does, with
/// with_deadline, and destroys the connection after any error. Path and credentials of the URL go
/// into the upgrade request.
class WebSocketConnection {
  public:
    /// `url` and `tls` outlive the connection; `tls` may be null for ws. A message larger than
    /// `answer_limit` bytes is RpcErrc::too_large.
    WebSocketConnection(const Url& url, asio::ssl::context* tls, std::size_t answer_limit);
    ~WebSocketConnection();
    WebSocketConnection(const WebSocketConnection&) = delete;
    WebSocketConnection& operator=(const WebSocketConnection&) = delete;

    /// Dials and upgrades. A node that declines is RpcErrc::http_status with its status.
    [[nodiscard]] Task<CallResult<void>> connect();

    /// Sends one message.
    [[nodiscard]] Task<CallResult<void>> send(std::string_view text);

    /// The next message; pings are answered meanwhile.
    [[nodiscard]] Task<CallResult<std::string>> receive();

    /// As receive(), and pings a silent node after `patience`; one that leaves the ping unanswered
    /// for as long again is RpcErrc::broken.
    [[nodiscard]] Task<CallResult<std::string>> receive_pinging(std::chrono::milliseconds patience);

    /// Sends a request and reads the next message as its answer. RpcErrc::stale when a connection
    /// that has served before was closed before the answer.
    [[nodiscard]] Task<CallResult<Reply>> exchange(std::string_view body);

    /// True when another exchange may follow.
    [[nodiscard]] bool reusable() const {
        return reusable_;
    }

  private:
    class Stream;
    template <class Next>
    class StreamOver;

    const Url& url_;
    asio::ssl::context* tls_;
    std::size_t answer_limit_;
    std::unique_ptr<Stream> stream_;
    std::uint64_t served_ = 0;
    bool reusable_ = false;
};

}  // namespace redink::rpc
