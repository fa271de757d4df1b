#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace redink::node {

/// Longest request body; a batch of kMaxBatch large calls is far below it.
constexpr std::uint64_t kMaxRequestBytes = std::uint64_t{8} << 20;

/// How patient the node is with a WebSocket.
struct SocketLimits {
    /// A socket on which nothing came for so long is pinged; after twice the time it is closed.
    std::chrono::milliseconds ping_after{30'000};

    /// Messages that wait for a slow reader. One more, and the socket is closed.
    std::size_t queued_messages = 10'000;

    /// Bytes that wait, before the last message.
    std::size_t queued_bytes = std::size_t{64} << 20;
};

}  // namespace redink::node
