#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "accounting/valuation/policy.hpp"

namespace redink::valuation {

/// The stages of IFRS 9 (5.4, 5.5.3, appendix A), as the method maps them to positions.
enum class Stage : std::uint8_t {
    performing = 1,            ///< 12-month expected loss, interest on gross
    significant_increase = 2,  ///< lifetime expected loss, interest on gross
    credit_impaired = 3,       ///< lifetime expected loss, interest on gross less allowance
    written_off = 4            ///< no reasonable expectation of recovery: removed, kept in memo
};

/// The name in reports.
[[nodiscard]] std::string_view name_of(Stage stage);

/// What is known of a debtor at a valuation.
struct CreditState {
    U256 health_factor;                   ///< wad; 2^256 - 1 without debt
    U256 shortfall;                       ///< L: the larger of the views that have a value
    std::uint64_t seconds_below_one = 0;  ///< unbroken, up to the valuation
    bool is_flagged = false;              ///< collateral's issuer, bridge or peg is in doubt
    bool has_stale_price = false;         ///< a price that counts is stale or missing
    bool is_written_off = false;          ///< burned by the protocol, or written off before
};

/// The stage. Written off stays written off. L > 0, or a health factor below 1 for longer than the
/// grace, is credit-impaired; below 1 within the grace, below the band, flagged or with a stale
/// price is a significant increase; the rest performs.
[[nodiscard]] Stage stage_of(const CreditState& state, const Policy& policy);

/// Whether a write-off is due (IFRS 9 5.4.4): orphaned or blocked, without a break, for longer than
/// the policy's time. `kind` is empty for a debt that is not impaired.
[[nodiscard]] bool is_write_off_due(std::optional<BadDebtKind> kind,
                                    std::uint64_t seconds_in_kind,
                                    const Policy& policy);

}  // namespace redink::valuation
