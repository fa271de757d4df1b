#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "indexer/rpc/clock.hpp"
#include "indexer/rpc/head_stream.hpp"
#include "indexer/sync/head_pace.hpp"
#include "indexer/sync/node_reader.hpp"

namespace redink::sync {

/// A head as it was announced, unproved.
struct Head {
    chain::BlockRef block;
    std::optional<rpc::EndpointId> endpoint;  ///< who announced it
    std::chrono::steady_clock::time_point seen{};
};

/// A WebSocket endpoint of the pool.
struct HeadSocket {
    rpc::EndpointId endpoint = 0;
    rpc::Url url;
};

/// Follows the head of a chain: over a WebSocket subscription while one works, by polling
/// otherwise. A socket that is silent or stuck is dropped, and the next one is opened after a rest.
/// Lives on the pool's executor.
class HeadFeed {
  public:
    /// `reader` and `clock` outlive the feed.
    HeadFeed(asio::any_io_executor executor,
             std::vector<HeadSocket> sockets,
             NodeReader& reader,
             const rpc::Clock& clock);
    ~HeadFeed();
    HeadFeed(const HeadFeed&) = delete;
    HeadFeed& operator=(const HeadFeed&) = delete;

    /// Starts to follow.
    void start();

    /// Ends following, and what waits in wait(); joins.
    [[nodiscard]] Task<void> stop();

    /// The newest head as soon as it is another one than `known`; empty when `patience` passed
    /// first, or after stop(). Several may wait at once.
    [[nodiscard]] Task<std::optional<Head>> wait(std::optional<chain::BlockRef> known,
                                                 std::chrono::milliseconds patience);

    /// The newest head so far.
    [[nodiscard]] const std::optional<Head>& newest() const;

    /// How heads come now: "websocket" or "polling", and why not by a socket.
    [[nodiscard]] std::string way() const;

  private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace redink::sync
