#pragma once

#include <memory>

#include "indexer/protocols/protocol.hpp"
#include "indexer/store/market_registry.hpp"

namespace redink::sync {

/// Opens a market with the contracts and the rules that are stored for it, but no state.
[[nodiscard]] Result<std::unique_ptr<protocols::Market>> open_stored_market(
    store::MarketRegistry& registry,
    const protocols::Protocol& protocol,
    const protocols::MarketSpec& spec,
    std::int32_t market);

}  // namespace redink::sync
