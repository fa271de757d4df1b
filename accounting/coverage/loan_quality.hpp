#pragma once

#include "accounting/money/ratio.hpp"

namespace redink::coverage {

/// The loans of an entity, or of several in one base unit.
struct LoanBook {
    U256 gross;              ///< all loans, stages 1 to 3
    U256 impaired;           ///< gross stage 3
    U256 allowance;          ///< all allowance held
    U256 allowance_stage_3;  ///< of it, on stage 3
};

/// NPL ratio = gross stage 3 / gross loans, rounded up (EBA, guide to risk indicators).
[[nodiscard]] Ratio npl_ratio(const LoanBook& book);

/// NPL cover = allowance on stage 3 / gross stage 3, rounded down: the supervisory form.
[[nodiscard]] Ratio npl_cover(const LoanBook& book);

/// Provision cover = all allowance / expected credit loss, rounded down; may be above 1.
[[nodiscard]] Ratio provision_cover(const LoanBook& book, const U256& expected_loss);

/// A ratio like the Texas ratio = gross stage 3 / (reserve + allowance), rounded up; above 1 the
/// cushion is thinner than the bad loans. Empty when nothing is impaired; with impaired loans and
/// no cushion at all it is 2^256 - 1.
[[nodiscard]] Ratio texas_ratio(const LoanBook& book, const U256& reserve);

}  // namespace redink::coverage
