#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "indexer/chain/types.hpp"

namespace redink::rpc {

/// An endpoint's place in its pool, in the order of the configuration.
using EndpointId = std::size_t;

/// What an endpoint is asked for. An endpoint that cannot do one of them still does the others.
enum class Service : std::uint8_t { headers, logs, receipts, state };

inline constexpr std::size_t kServices = 4;

/// What a request needs of the endpoint that takes it.
struct Need {
    Service service = Service::headers;

    /// The newest block it is about: endpoints whose head is known to be below are left alone.
    std::optional<chain::BlockNumber> newest;

    /// The oldest block it is about: endpoints whose history is known to begin later are left
    /// alone.
    std::optional<chain::BlockNumber> oldest;

    /// Blocks of an eth_getLogs: endpoints with a lower cap come last.
    std::uint64_t blocks = 0;

    /// This endpoint or none; no hedging, no failover.
    std::optional<EndpointId> only;

    /// This one first, if it is well.
    std::optional<EndpointId> prefer;

    /// None of these.
    std::vector<EndpointId> avoid;
};

}  // namespace redink::rpc
