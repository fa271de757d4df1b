#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "accounting/ledger/entry.hpp"
#include "accounting/valuation/policy.hpp"
#include "app/bookkeeper/market_book.hpp"
#include "indexer/rows/valuation.hpp"

namespace redink::app {

/// What a valuation is made of.
struct ValuationInput {
    ledger::BlockStamp block;
    std::span<const rows::ExposureRow> exposures;  ///< by account and reserve
    std::string unit;                              ///< of prices: "usd_e8"
    const rows::ValuationRow* before = nullptr;    ///< the valuation before this one
};

/// Values every debt of a market by the protocol's own prices: L = max(0, D - R_p), its kind, its
/// stage, and since when it is below water or beyond hope. An account without a price keeps what
/// was found before: a missing price is never zero. Pure.
[[nodiscard]] rows::ValuationRow value_debts(const ValuationInput& input,
                                             const valuation::Policy& policy);

/// What the books post of a valuation: debts with a shortfall; dust of a reserve is taken together.
[[nodiscard]] Valuation to_posting(const rows::ValuationRow& row);

}  // namespace redink::app
