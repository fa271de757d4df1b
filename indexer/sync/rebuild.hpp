#pragma once

#include <functional>
#include <memory>

#include "indexer/protocols/protocol.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/market_registry.hpp"
#include "indexer/sync/market_sync.hpp"

namespace redink::sync {

/// Derives a market again from its stored facts, without a node, in one transaction; gives the
/// number of logs. `facts` and `writing` are two connections to the same database.
[[nodiscard]] Result<std::uint64_t> rebuild_market(
    const store::MarketRecord& market,
    std::unique_ptr<protocols::Market> adapter,
    store::Connection& facts,
    store::Connection& writing,
    const std::function<void(const SyncStatus&)>& report);

}  // namespace redink::sync
