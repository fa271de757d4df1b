#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "accounting/money/u256.hpp"

namespace redink::valuation {

/// How far a figure that needs prices can be told. Never filled from elsewhere, never zero instead.
enum class PriceState : std::uint8_t {
    valued,
    stale,   ///< a price that counts is too old
    missing  ///< a price that counts is not there
};

/// The name in reports.
[[nodiscard]] std::string_view name_of(PriceState state);

/// Collateral that counts for an account, in the market's base unit.
struct Collateral {
    std::optional<U256> oracle_value;  ///< V by the protocol's own price; empty: missing
    std::uint32_t bonus_bps = 0;       ///< 10,500 for a 5 % bonus; below 10,000 counts as 10,000
    std::optional<U256> market_value;  ///< V by an independent price, whatever its age
    PriceState market_state = PriceState::missing;
};

/// What an account owes and what stands behind it.
struct AccountValues {
    std::optional<U256> debt_value;  ///< D by the protocol's own prices; empty: one is missing
    std::vector<Collateral> collateral;
};

/// One view of an account's shortfall. Figures are there exactly when the state is `valued`.
struct ShortfallView {
    PriceState state = PriceState::missing;
    std::optional<U256> realisable;  ///< R, rounded down
    std::optional<U256> shortfall;   ///< L = max(0, D - R): latent bad debt

    friend bool operator==(const ShortfallView&, const ShortfallView&) = default;
};

/// Both views side by side. The market view is never better than the oracle view.
struct Shortfalls {
    std::optional<U256> collateral_value;  ///< V, oracle
    std::optional<U256> asset_gap;         ///< underwater U = max(0, D - V), oracle
    ShortfallView oracle;                  ///< R_p = sum V / (1 + b), each rounded down
    ShortfallView market;  ///< R_e = sum min(V / (1 + b), V_market * (1 - s)), each rounded down
};

/// Latent bad debt of an account by the protocol's oracle and by the market, at a slippage of
/// `slippage_bps`. Without the oracle's price of what counts both views are missing; a market price
/// that is missing or stale empties the market view only.
[[nodiscard]] Shortfalls shortfalls_of(const AccountValues& account, std::uint32_t slippage_bps);

/// A shortfall as a part of a debt, both in the base unit.
struct ShortfallOfDebt {
    U256 shortfall;
    U256 debt_value;  ///< D, not zero when there is a shortfall
};

/// The shortfall in units of each debt of the account, pro rata by value: amount * L / D, rounded
/// up, so never above the amount. InvariantBroken when L is above D.
[[nodiscard]] std::vector<U256> shortfall_by_debt(std::span<const U256> debt_amounts,
                                                  const ShortfallOfDebt& part);

}  // namespace redink::valuation
