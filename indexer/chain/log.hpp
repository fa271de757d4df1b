#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "indexer/chain/json_element.hpp"
#include "indexer/chain/result.hpp"
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

/// Reads one log. A log without its block, transaction or indices (pending), one that was removed
/// by a reorganisation, and one with more than four topics are errors.
[[nodiscard]] Result<Log> parse_log(JsonElement json);

/// Reads the answer of eth_getLogs, in its order; the first log that is none fails it.
[[nodiscard]] Result<std::vector<Log>> parse_logs(JsonElement json);

}  // namespace redink::chain
