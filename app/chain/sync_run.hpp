#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "app/bookkeeper/book_outcome.hpp"
#include "app/chain/endpoints.hpp"
#include "app/config/config.hpp"
#include "app/database.hpp"
#include "indexer/rpc/methods.hpp"
#include "indexer/sync/market_sync.hpp"
#include "indexer/sync/shared_fetch.hpp"

namespace redink::app {

/// A market that was brought up to date, or why not.
struct MarketResult {
    std::string market;
    Result<sync::SyncOutcome> outcome;
    std::optional<BookOutcome> books;  ///< where its books were looked at
};

/// What to run.
struct SyncRequest {
    rpc::BlockId to = rpc::BlockTag::finalized;
    bool to_is_default = true;  ///< then a chain's configured finality depth counts

    /// Told how far a market is; chains call it from their own threads, one at a time.
    std::function<void(const sync::SyncStatus&)> report;

    /// Told what an operator should know: an endpoint that lied, a database that went away.
    std::function<void(const std::string&)> note;

    std::size_t max_positions = sync::Deriver::kMaxPositions;  ///< held in memory
    EndpointOptions endpoints;
    bool shared = false;  ///< other processes fetch as well: see run_shared_session
    std::uint64_t lease_blocks = sync::SharedFetch::kLeaseBlocks;  ///< taken at once when shared
    const std::atomic<bool>* stop = nullptr;
};

/// Brings the configured markets up to a block and proves them as their chain wants it: chains side
/// by side, the markets of a chain one after another. A chain that fails does not stop the others;
/// within a chain the first market that fails ends the run. Holds each chain's writer lock
/// meanwhile: throws StoreError (locked) when another process has it. A database that goes away is
/// waited for. Results are in the order of the configuration; markets that were not reached have
/// none.
[[nodiscard]] std::vector<MarketResult> run_sync(const Config& config,
                                                 const Database& database,
                                                 const SyncRequest& request);

}  // namespace redink::app
