#pragma once

#include <chrono>
#include <memory>

#include "indexer/chain/header.hpp"
#include "indexer/rpc/http_transport.hpp"
#include "indexer/rpc/url.hpp"

namespace redink::rpc {

/// One WebSocket subscription to new heads (eth_subscribe "newHeads", geth's pub/sub). It ends with
/// an error when the socket closes, says nothing for `silence`, or sends what is no header; the
/// owner then polls, and opens another.
class HeadStream {
  public:
    HeadStream(const asio::any_io_executor& executor, Url url, HttpOptions options);
    ~HeadStream();
    HeadStream(const HeadStream&) = delete;
    HeadStream& operator=(const HeadStream&) = delete;

    /// Connects and subscribes.
    [[nodiscard]] Task<CallResult<void>> open();

    /// The next head that the node announces: its number and hash, as it says, unproved. Pings are
    /// answered and sent meanwhile. RpcErrc::deadline when nothing came for `silence`.
    [[nodiscard]] Task<CallResult<chain::BlockRef>> next(std::chrono::milliseconds silence);

    /// scheme://host:port.
    [[nodiscard]] std::string name() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace redink::rpc
