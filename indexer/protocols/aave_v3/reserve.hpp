#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "accounting/positions/aave_interest.hpp"
#include "indexer/rows/batch.hpp"

namespace redink::protocols::aave_v3 {

/// A liquidity index above the computed one: allowed when a flash-loan premium explains it.
struct IndexJump {
    rows::LogRef log;
    U256 computed;
    U256 printed;
};

/// One reserve: its row, what it stores, its parameters, and what happens within a transaction.
struct ReserveBook {
    rows::Reserve row;
    rows::ReserveState state;
    rows::ReserveConfig config;
    std::optional<rows::ReserveState> stored_state;    ///< as last written
    std::optional<rows::ReserveConfig> stored_config;  ///< as last written
    bool is_new = true;

    std::uint64_t accrued_in = 0;    ///< the action that moved the indexes last
    U256 accrued_share;              ///< treasury share (scaled) of that move
    std::optional<IndexJump> jump;   ///< not yet explained, this transaction
    std::set<std::string> drifting;  ///< fields that are known not to follow the rules
};

/// What ReserveLogic.updateState does at `now`: moves both indexes and the treasury's share. Where
/// the contract printed its new debt index, that one is taken. `action` is remembered, so that a
/// liquidation of an asset against itself can be told.
/// Returns the debt index that the rules give.
U256 accrue(ReserveBook& reserve,
            positions::AaveVersion version,
            std::uint64_t now,
            std::uint64_t action,
            const std::optional<U256>& printed_debt_index);

/// What aToken.totalSupply, the debt tokens' totalSupply and the treasury's share come to at a
/// time. Suppliers: rounded as the token does; treasury: its scaled share at the income index,
/// down.
[[nodiscard]] rows::ReserveTotals totals_of(const rows::ReserveState& state,
                                            positions::AaveVersion version,
                                            std::uint64_t time);

/// The liquidity index projected to `now` (getReserveNormalizedIncome).
[[nodiscard]] U256 normalized_income(const ReserveBook& reserve, std::uint64_t now);

}  // namespace redink::protocols::aave_v3
