#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "indexer/chain/result.hpp"
#include "indexer/store/facts.hpp"
#include "indexer/store/market_registry.hpp"

namespace pqxx {
class transaction_base;
}

namespace redink::store {

class Connection;

/// Blocks that the same sources of a market have on too weak a proof.
struct WeakRange {
    chain::BlockRange range;
    std::vector<std::int32_t> sources;
    std::vector<chain::Address> contracts;  ///< of these sources
};

/// What to look for.
struct WeakSearch {
    std::string_view target;        ///< the level to reach
    chain::BlockNumber up_to;       ///< last block to look at
    std::uint64_t most_blocks = 0;  ///< of one range; at least 1
};

/// What a better proof changed.
struct Raised {
    std::uint64_t inserted = 0;  ///< logs that had been left out or altered
    std::uint64_t refuted = 0;   ///< stored logs that were moved to redink.refuted_log
    std::optional<chain::BlockNumber> first_changed;  ///< empty: every log was right
};

/// Raises what is stored of one market to higher proofs. Database trouble throws.
class ProofBook {
  public:
    /// True for the logs that were asked for when the range was proved.
    using Wanted = std::function<bool(const chain::Log&)>;

    ProofBook(Connection& connection, MarketRecord market)
        : connection_{connection}, market_{std::move(market)} {
    }

    /// The lowest blocks that some source has below the target: as many as the same sources share,
    /// at most `most_blocks`. Empty when everything up to `up_to` reaches the target.
    [[nodiscard]] std::optional<WeakRange> load_weakest(const WeakSearch& search);

    /// Puts `proved` (all headers and logs of its sources' contracts in its range) in the place of
    /// what is stored, in one transaction: logs that were left out are added, those that a node
    /// altered or invented are moved to redink.refuted_log, and the range of these sources gets its
    /// level and endpoint. Stored logs that are not `wanted` are not judged (empty: all are). When
    /// a log changed, every market that holds its contract and had indexed its block is marked to
    /// be derived again (its adapter version becomes 0).
    ///
    /// Errors, with nothing changed: proof_refused when a source does not cover the range, or has a
    /// block of it at this level or a higher one, or when a log is denied that another source has
    /// so; reorganised when the stored block is another one.
    [[nodiscard]] Result<Raised> raise(const RangeFacts& proved, const Wanted& wanted = {});

  private:
    [[nodiscard]] std::vector<chain::Address> load_contracts(
        pqxx::transaction_base& txn, const std::vector<std::int32_t>& sources);

    Connection& connection_;
    MarketRecord market_;
};

}  // namespace redink::store
