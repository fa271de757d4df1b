#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "indexer/chain/types.hpp"

namespace redink::chain {

/// One event log, as eth_getLogs gives it (execution-apis, `Log`).
struct Log {
    BlockNumber block;
    Hash32 block_hash;
    Hash32 txn_hash;
    std::uint32_t txn_index = 0;
    std::uint32_t log_index = 0;
    Address address;
    std::array<Hash32, 4> topics{};
    std::uint8_t topic_count = 0;
    Bytes data;

    /// The topics that are present.
    [[nodiscard]] std::span<const Hash32> topic_span() const {
        return {topics.data(), topic_count};
    }

    friend bool operator==(const Log&, const Log&) = default;
};

}  // namespace redink::chain
