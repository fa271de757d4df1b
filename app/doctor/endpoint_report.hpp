#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "indexer/chain/types.hpp"
#include "indexer/rpc/errc.hpp"

namespace redink::app {

/// A block as far as the doctor looks at it.
struct SeenBlock {
    chain::BlockNumber number;
    std::uint64_t time_s = 0;  ///< Unix time
};

/// Whether an endpoint has the state that eth_call needs.
struct StateReach {
    bool at_first = false;                         ///< at the first block that is needed
    std::optional<chain::BlockNumber> from_block;  ///< else from here on; empty: nowhere
    bool is_exact = true;                          ///< `from_block` is the very first one
    std::string refusal;                           ///< what was said where there is none
};

/// The eth_getLogs ranges that an endpoint takes.
struct LogRange {
    std::uint64_t works = 0;  ///< blocks of the largest range that worked
    bool is_limited = false;  ///< a larger one was refused
    std::string refusal;      ///< in these words
};

/// A finalised block whose receipts were compared with its header.
struct ProvedBlock {
    chain::BlockNumber number;
    std::string problem;  ///< empty: bloom and receipts root agree
};

/// What was asked of one endpoint, and what came back. Empty: not asked.
struct EndpointReport {
    template <class T>
    using Asked = std::optional<rpc::CallResult<T>>;

    std::string name;   ///< scheme://host:port
    std::string chain;  ///< as configured
    std::vector<std::chrono::milliseconds> latencies;
    Asked<std::uint64_t> chain_id;
    Asked<std::string> client_version;
    Asked<SeenBlock> head;
    Asked<SeenBlock> finalized;
    Asked<bool> has_first_header;
    Asked<bool> has_first_receipts;
    Asked<StateReach> state;
    Asked<LogRange> log_range;
    Asked<bool> takes_batches;
    Asked<std::vector<ProvedBlock>> proved;
    Asked<void> subscription;

    /// True when it answered anything.
    [[nodiscard]] bool is_reachable() const {
        return chain_id && (chain_id->has_value() || chain_id->error().refusal ||
                            chain_id->error().http_status != 0);
    }
};

/// What the configuration wants of a chain's endpoints.
struct ChainNeeds {
    std::uint64_t chain_id = 0;
    std::optional<std::uint64_t> finality_depth;  ///< empty: the finalized tag is needed
    bool needs_receipts = true;                   ///< by the chain's proof level
    std::optional<chain::BlockNumber> first;      ///< the first block of any market
    bool needs_state = true;                      ///< some market has no version configured
};

}  // namespace redink::app
