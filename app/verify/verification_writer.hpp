#pragma once

#include <iosfwd>
#include <vector>

#include "app/verify/verification.hpp"

namespace redink::app {

/// For people: each discrepancy with where it is, both sides and what to do, then the remarks and
/// what was checked.
void write_text(std::ostream& out, const std::vector<Verification>& verifications);

/// Discrepancies and remarks only.
void write_findings(std::ostream& out, const std::vector<Verification>& verifications);

/// One JSON object: `markets`, each with what was checked, remarked and found.
void write_json(std::ostream& out, const std::vector<Verification>& verifications);

}  // namespace redink::app
