#pragma once

#include <string>

#include "tests/support/compared.hpp"

namespace redink::test {

/// Compares what the SQL reports of market "m" say at a recorded snapshot's block with what the
/// contracts answered there: every reserve, every account and position, and bad debt.
void compare_snapshot(const std::string& url, const nlohmann::json& snapshot, Compared& compared);

}  // namespace redink::test
