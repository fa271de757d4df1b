#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "indexer/chain/types.hpp"

namespace redink::rpc {

/// How an endpoint does, for people and metrics. No secrets.
struct EndpointStatus {
    std::string name;    ///< scheme://host:port
    std::string state;   ///< "well", "unknown", "resting", "wrong chain", "lied"
    std::string reason;  ///< why not "well", or what it cannot do, for a person
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;
    std::uint64_t refusals = 0;
    std::uint64_t rate_limits = 0;
    std::uint64_t hedges = 0;  ///< requests that another endpoint was asked as well
    std::chrono::milliseconds latency_p50{0};
    std::chrono::milliseconds latency_p95{0};
    double requests_per_second = 0;  ///< present limit (AIMD)
    std::optional<chain::BlockNumber> head;
    std::optional<chain::BlockNumber> oldest;       ///< history known to begin here
    std::optional<std::uint64_t> log_range_blocks;  ///< cap of eth_getLogs that it stated or showed
};

}  // namespace redink::rpc
