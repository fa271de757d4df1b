#pragma once

#include <vector>

#include "indexer/sync/log_filter.hpp"
#include "indexer/sync/market_sync.hpp"
#include "indexer/sync/range_committer.hpp"
#include "indexer/sync/range_fetcher.hpp"

namespace redink::sync {

/// What is kept between two runs while the market's contracts stay the same.
struct MarketSync::Indexing {
    Indexing(MarketSync& sync, const std::vector<chain::Address>& contracts, BloomTrust trust);

    LogFilter filter;
    LogFilter discovery;
    RangeFetcher fetcher;
    RangeCommitter committer;
    std::vector<std::int32_t> sources;
};

/// How a run of ranges ended.
struct MarketSync::Step {
    enum class Kind : std::uint8_t {
        done,  ///< the target is reached, or the run is to stop
        again  ///< something came in between: look for the fork, and go on from the cursor
    };
    Kind kind = Kind::done;
};

}  // namespace redink::sync
