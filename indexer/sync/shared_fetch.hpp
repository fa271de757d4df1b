#pragma once

#include <functional>
#include <string>
#include <vector>

#include "indexer/store/connection.hpp"
#include "indexer/store/lease_book.hpp"
#include "indexer/store/market_registry.hpp"
#include "indexer/sync/market_sync.hpp"
#include "indexer/sync/range_planner.hpp"

namespace redink::sync {

/// One worker's part in a backfill that several processes share: leases ranges that nobody has,
/// fetches and proves them, and commits their facts ahead of the cursor. Deriving is the leader's
/// (MarketSync::lead). Lives on the pool's executor and uses `connection` there.
class SharedFetch {
  public:
    /// Blocks of one lease: a range of the longest kind.
    static constexpr std::uint64_t kLeaseBlocks = RangePlanner::kLongestSparseRange;

    /// Tells processes apart, and how much each takes at once.
    struct Worker {
        std::string name;
        std::uint64_t lease_blocks = kLeaseBlocks;
    };

    /// Everything given outlives this.
    SharedFetch(const SyncSetup& setup,
                store::Connection& connection,
                NodeReader& reader,
                Worker worker);

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
    Worker worker_;
    store::MarketRegistry registry_;
    store::LeaseBook leases_;
};

}  // namespace redink::sync
