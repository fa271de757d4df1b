#pragma once

#include <vector>

#include "accounting/ledger/entry.hpp"
#include "accounting/money/signed_units.hpp"

namespace redink::rules {

/// What the legs of one posting realise, told by the legs alone so that replay and mirrors need no
/// more: loans that became a deficit (rules 6, 15), or an impairment that somebody bore or that was
/// recovered at once (rule 17, rule 13 on a loan). Negative for a mirror of such a posting.
[[nodiscard]] SignedUnits realised_by(const std::vector<ledger::Leg>& legs);

/// Whether the legs take back, or are, a recovery.
[[nodiscard]] bool has_recovery(const std::vector<ledger::Leg>& legs);

}  // namespace redink::rules
