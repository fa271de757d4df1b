#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/beast/core/flat_buffer.hpp>

#include "indexer/rpc/dial.hpp"

namespace redink::rpc {

/// What came back; `status` is 200 for an answer that no HTTP header came with. `body` is unpacked
/// and has room behind it for simdjson.
struct Reply {
    unsigned status = 0;
    std::optional<std::chrono::milliseconds> retry_after;
    std::string body;
};

/// One keep-alive HTTP/1.1 connection to a node, plain or TLS. It sets no time limits: the caller
/// does, with with_deadline, and destroys the connection after any error.
class Connection {
  public:
    /// `url` and `tls` outlive the connection; `tls` may be null for http. An answer larger than
    /// `answer_limit` bytes, unpacked, is RpcErrc::too_large.
    Connection(const Url& url, asio::ssl::context* tls, std::size_t answer_limit);

    /// Resolves, connects to the first address that accepts, and checks certificate and host name.
    [[nodiscard]] Task<CallResult<void>> connect();

    /// Posts `body` and reads the answer. RpcErrc::stale when a connection that has served before
    /// was closed before the first byte of this answer.
    [[nodiscard]] Task<CallResult<Reply>> exchange(std::string_view body);

    /// True when another exchange may follow.
    [[nodiscard]] bool reusable() const {
        return reusable_;
    }

    /// Exchanges that were completed.
    [[nodiscard]] std::uint64_t served() const {
        return served_;
    }

  private:
    template <class Stream>
    [[nodiscard]] Task<CallResult<Reply>> exchange_on(Stream& stream, std::string_view body);

    const Url& url_;
    asio::ssl::context* tls_;
    std::size_t answer_limit_;
    std::optional<DialledStream> stream_;
    boost::beast::flat_buffer buffer_;
    std::uint64_t served_ = 0;
    bool reusable_ = false;
};

}  // namespace redink::rpc
