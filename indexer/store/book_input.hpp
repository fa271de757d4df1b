#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "accounting/ledger/entry.hpp"
#include "accounting/valuation/bad_debt.hpp"
#include "indexer/rows/batch.hpp"
#include "indexer/rows/valuation.hpp"
#include "indexer/store/market_registry.hpp"

namespace redink::store {

class Connection;

/// A reserve's stored state at the end of a block, with the rules in force there.
struct RuledState {
    rows::ReserveState state;
    std::int32_t rules = 0;
};

/// A block in which something happened that the books follow: events, changed reserves, prices.
struct BookBlock {
    ledger::BlockStamp stamp;
    std::vector<rows::DomainEvent> events;           ///< by log index and ordinal
    std::map<rows::ReserveId, RuledState> reserves;  ///< those that changed
};

/// Which answers count of an oracle that was called, where no event tells a price.
enum class CalledPrices : std::uint8_t {
    of_block,  ///< at the very block: what the books are valued by
    recent     ///< the newest that is not too old by the market's policy
};

/// Reads what the bookkeeper books from. Each call is one transaction; database trouble throws.
class BookInput {
  public:
    BookInput(Connection& connection, MarketRecord market)
        : connection_{connection}, market_{std::move(market)} {
    }

    /// The market's reserves, by id.
    [[nodiscard]] std::vector<rows::Reserve> load_reserves();

    /// The blocks of a range in which something happened, ascending. Throws InvariantBroken when a
    /// block's header is not stored.
    [[nodiscard]] std::vector<BookBlock> load_blocks(chain::BlockRange range);

    /// A bound for a window: the last block of the first `changes` changes from a block on; empty
    /// when there are fewer up to `last`.
    [[nodiscard]] std::optional<chain::BlockNumber> find_window_end(chain::BlockRange range,
                                                                    std::uint32_t changes);

    /// The last block of a range in which something happened.
    [[nodiscard]] std::optional<chain::BlockNumber> find_last_change(chain::BlockRange range);

    /// The digests of the documents that entries were posted from by hand, and the block that was
    /// booked last before each.
    [[nodiscard]] std::map<Digest, chain::BlockNumber> load_documents();

    /// The newest state of every reserve at the end of a block.
    [[nodiscard]] std::map<rows::ReserveId, RuledState> load_states(chain::BlockNumber block);

    /// The deficit of every reserve at the end of each block that changed it, up to a block.
    [[nodiscard]] std::map<rows::ReserveId, std::map<std::uint64_t, U256>> load_deficits(
        chain::BlockNumber block);

    /// Unix seconds of a block that is indexed for the market; a sentence (StoreError) otherwise.
    [[nodiscard]] std::uint64_t load_time(chain::BlockNumber block);

    /// What accounts with debt owe and hold at the end of a block, by account and reserve.
    [[nodiscard]] std::vector<rows::ExposureRow> load_exposures(chain::BlockNumber block,
                                                                CalledPrices called);

    /// The base unit of prices and values by name ("usd_e8"); may be empty.
    [[nodiscard]] std::string load_unit(chain::BlockNumber block);

    /// When no liquidator can profit, as the market says or as its protocol takes it.
    [[nodiscard]] valuation::DustPolicy load_dust_policy(chain::BlockNumber block);

    /// The newest valuation at or below a block.
    [[nodiscard]] std::optional<rows::ValuationRow> load_valuation(chain::BlockNumber block);

    /// Keeps valuations of a block and those above it in place of all that were stored there.
    void replace_valuations(const std::vector<rows::ValuationRow>& valuations,
                            chain::BlockNumber from);

    /// A stored canonical block. InvariantBroken when it is not there.
    [[nodiscard]] chain::BlockRef load_block(chain::BlockNumber number);

    /// Number, hash and time of a stored canonical block; empty when it is not there.
    [[nodiscard]] std::optional<ledger::BlockStamp> find_stamp(chain::BlockNumber number);

    /// Whether derived rows at or below the booked block were thrown away since the entries were
    /// compared with them.
    [[nodiscard]] bool is_rederived();

    /// The entries were compared.
    void clear_rederived();

    /// The newest indexed block and the newest finalized one that is indexed.
    struct Reach {
        chain::BlockRef head;
        std::optional<chain::BlockRef> finalized;
    };

    /// How far the market can be booked; empty when nothing is indexed.
    [[nodiscard]] std::optional<Reach> load_reach();

  private:
    [[nodiscard]] std::string schema() const;

    Connection& connection_;
    MarketRecord market_;
};

}  // namespace redink::store
