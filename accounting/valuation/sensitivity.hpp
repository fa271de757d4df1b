#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "accounting/valuation/policy.hpp"
#include "accounting/valuation/shortfall.hpp"
#include "accounting/valuation/stage.hpp"

namespace redink::valuation {

/// A policy that differs in one choice from the one in force.
struct PolicyVariant {
    std::string choice;  ///< "in force", "grace_seconds", "min_debt_value", …
    std::string value;   ///< of that choice, decimal
    Policy policy;
};

/// The policy in force, then grace 0, 1 h and 24 h; D_min and liquidation cost at a tenth, as they
/// are and tenfold; slippage 0, 100 and 500 bps; stage band 1.05, 1.10 and 1.25.
[[nodiscard]] std::vector<PolicyVariant> standard_variants(const Policy& in_force);

/// An account as every variant sees it.
struct JudgedAccount {
    AccountValues values;
    U256 health_factor;  ///< wad
    std::uint64_t seconds_below_one = 0;
};

/// Accounts of one kind: how many, what they owe, and what will not come in (base unit).
struct KindTotal {
    std::uint64_t accounts = 0;
    U256 debt_value;
    U256 shortfall;  ///< oracle view

    friend bool operator==(const KindTotal&, const KindTotal&) = default;
};

/// What one variant makes of the accounts.
struct VariantTotals {
    PolicyVariant variant;
    std::array<KindTotal, 4> by_kind{};   ///< by BadDebtKind
    std::array<KindTotal, 4> by_stage{};  ///< by Stage less 1
    U256 market_shortfall;                ///< sum over accounts whose market view has a value
    std::uint64_t without_market_view = 0;
    std::uint64_t without_oracle_view = 0;  ///< in no other total

    [[nodiscard]] const KindTotal& kind(BadDebtKind which) const;
    [[nodiscard]] const KindTotal& stage(Stage which) const;
};

/// The same accounts under each variant, for the report `policy-sensitivity`. What no variant can
/// change (the sum of shortfalls in the oracle view) is the same in every row.
[[nodiscard]] std::vector<VariantTotals> sensitivity(std::span<const JudgedAccount> accounts,
                                                     std::span<const PolicyVariant> variants);

}  // namespace redink::valuation
