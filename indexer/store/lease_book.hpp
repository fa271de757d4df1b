#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "indexer/chain/result.hpp"
#include "indexer/store/facts.hpp"
#include "indexer/store/market_registry.hpp"

namespace redink::store {

class Connection;

/// Shares the blocks of one market that are still to be fetched out to several processes. A lease
/// is a promise about blocks until a time of the database's clock, so that machines need not agree;
/// who keeps a lease too long loses it, and with it what was fetched. Each call is one transaction.
/// Database trouble throws.
class LeaseBook {
  public:
    LeaseBook(Connection& connection, MarketRecord market)
        : connection_{connection}, market_{std::move(market)} {
    }

    /// Blocks up to `target`, which cannot be reorganised any more, may be fetched.
    void announce(const chain::BlockRef& target);

    /// The block that was announced.
    [[nodiscard]] std::optional<chain::BlockRef> load_target();

    /// Leases the first blocks up to the target that some source lacks and nobody has leased, at
    /// most `most_blocks`; expired leases are taken over. Empty when there are none, no target or
    /// no source. `worker` names one process only.
    [[nodiscard]] std::optional<chain::BlockRange> claim(const std::string& worker,
                                                         std::uint64_t most_blocks,
                                                         std::chrono::seconds duration);

    /// The sources that lack a block of the range.
    [[nodiscard]] std::vector<SourceRecord> load_lacking(const chain::BlockRange& range);

    /// Keeps the lease that begins at `first` for `duration` from now. Error: lease_lost.
    [[nodiscard]] Result<void> renew(const std::string& worker,
                                     chain::BlockNumber first,
                                     std::chrono::seconds duration);

    /// Gives the lease that begins at `first` back, if it is still the worker's.
    void release(const std::string& worker, chain::BlockNumber first);

    /// Writes facts and coverage, from the first block of a lease on, and ends the lease, or moves
    /// its beginning behind them. The cursor stays; when it is above (a source that was found
    /// late), the market is marked to be derived again. Errors, with nothing kept: lease_lost;
    /// reorganised when the facts do not fit the stored blocks or the target.
    [[nodiscard]] Result<void> commit_facts(const std::string& worker, const RangeFacts& facts);

  private:
    Connection& connection_;
    MarketRecord market_;
};

}  // namespace redink::store
