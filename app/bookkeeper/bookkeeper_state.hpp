#pragma once

#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "app/bookkeeper/bookkeeper.hpp"

namespace redink::app {

/// Everything that the next block's entries depend on. Copied to show what is not final yet.
struct Bookkeeper::State {
    MarketBook book;
    std::map<rows::ReserveId, store::RuledState> reserves;
    std::optional<rows::ValuationRow> valuation;     ///< the newest
    std::vector<rows::ValuationRow> new_valuations;  ///< not stored yet
    bool asks_for_prices = false;                    ///< false: kept answers only
    std::optional<chain::BlockRef> booked;
    std::map<ledger::Entity, rows::ReserveId> ids;
    std::map<rows::ReserveId, BookedTotals> totals;  ///< that were booked last

    /// Entries posted by hand that history has to take in again, each after a block.
    std::deque<std::pair<chain::BlockNumber, store::StoredEntry>> by_hand;
};

/// The entity of a reserve.
[[nodiscard]] ledger::Entity entity_of(const rows::Reserve& reserve);

}  // namespace redink::app
