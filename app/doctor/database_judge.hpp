#pragma once

#include <optional>

#include "app/doctor/finding.hpp"
#include "indexer/store/database_check.hpp"

namespace redink::app {

/// The name under which findings about the database stand.
inline constexpr const char* kDatabase = "database";

/// What to make of a database. Pure.
[[nodiscard]] Findings judge_database(const store::DatabaseFacts& facts);

/// What to make of so many free bytes on the disk that holds the private server's folder. Pure.
[[nodiscard]] Finding judge_disk(std::uint64_t free_bytes, const std::string& folder);

}  // namespace redink::app
