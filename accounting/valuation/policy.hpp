#pragma once

#include <cstdint>
#include <string>

#include "accounting/money/u256.hpp"
#include "accounting/valuation/bad_debt.hpp"

namespace redink::valuation {

/// The choices that a valuation depends on and that are nobody's truth. Every economic entry
/// carries the digest of the policy it was made under.
struct Policy {
    /// Stage 2 below this health factor, in wad (10^18 is 1).
    U256 increase_below_wad{1'100'000'000'000'000'000U};

    /// How long a health factor may stay below 1 before the debt is credit-impaired.
    std::uint64_t grace_seconds = 3'600;

    /// When no liquidator can profit, in the market's base unit. Has no default that fits every
    /// base unit: protocols give theirs.
    DustPolicy dust;

    /// How long a debt has to be orphaned or blocked before it is written off.
    std::uint64_t write_off_after_seconds = 7'776'000;  // 90 days

    /// What selling collateral costs against its market price.
    std::uint32_t slippage_bps = 100;

    /// A market price that is older than this at the valuation's block is stale.
    std::uint64_t max_price_age_seconds = 86'400;  // a day, the longest usual heartbeat

    friend bool operator==(const Policy&, const Policy&) = default;
};

/// The policy as text, always the same for the same policy: the line "redink policy 1", then one
/// line `name=decimal` for each choice in the order above, each ended by a line feed. What is
/// hashed, and what an auditor reads.
[[nodiscard]] std::string canonical_text(const Policy& policy);

}  // namespace redink::valuation
