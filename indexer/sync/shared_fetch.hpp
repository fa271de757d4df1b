#pragma once

#include <functional>
#include <string>
#include <vector>

#include "indexer/store/connection.hpp"
#include "indexer/store/lease_book.hpp"
#include "indexer/store/market_registry.hpp"
#include "indexer/sync/market_sync.hpp"

namespace redink::sync {

/// One worker's part in a backfill that several processes share: leases ranges that nobody has,
/// fetches and proves them, and commits their facts ahead of the cursor. Deriving is the leader's
/// (MarketSync::lead). Lives on the pool's executor and uses `connection` there.
class SharedFetch {
  public:
    /// Everything given outlives this. `worker` tells processes apart.
    SharedFetch(const SyncSetup& setup,
                store::Connection& connection,
                NodeReader& reader,
                std::string worker);

    /// Works until nothing is left to lease now, or `stop`; gives the number of ranges. Ranges of
    /// workers that died come back when their leases expire.
    [[nodiscard]] Task<Result<std::uint64_t>> work();

  private:
    struct Job;

    [[nodiscard]] Task<void> run_jobs(Job& job);
    [[nodiscard]] Task<Result<void>> fetch(chain::BlockRange lease, Job& job);
    [[nodiscard]] bool is_stopped() const;

    const SyncSetup& setup_;
    store::Connection& connection_;
    NodeReader& reader_;
    std::string worker_;
    store::MarketRegistry registry_;
    store::LeaseBook leases_;
};

}  // namespace redink::sync
