#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "app/config/config.hpp"
#include "app/database.hpp"
#include "indexer/sync/market_sync.hpp"

namespace redink::app {

/// A market that was brought up to date, or why not.
struct MarketResult {
    std::string market;
    Result<sync::SyncOutcome> outcome;
};

/// What to run.
struct SyncRequest {
    rpc::BlockId to = rpc::BlockTag::finalized;
    bool to_is_default = true;  ///< then a chain's configured finality depth counts
    std::function<void(const sync::SyncStatus&)> report;
    std::size_t max_positions = sync::Deriver::kMaxPositions;  ///< held in memory
    const std::atomic<bool>* stop = nullptr;
};

/// Brings the configured markets up to a block, one after another, each on the first endpoint of
/// its chain that gets it there. Holds the database's writer lock meanwhile: throws StoreError
/// (locked) when another process has it. The first market that fails ends the run.
[[nodiscard]] std::vector<MarketResult> run_sync(const Config& config,
                                                 const Database& database,
                                                 const SyncRequest& request);

}  // namespace redink::app
