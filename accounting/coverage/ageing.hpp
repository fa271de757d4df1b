#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "accounting/money/ratio.hpp"

namespace redink::coverage {

/// Ages of open debt: up to 1 day, up to 7, up to 30, up to 90, and above.
inline constexpr std::size_t kAgeBuckets = 5;

/// The names of the buckets in reports: "0-1 d", "1-7 d", "7-30 d", "30-90 d", ">90 d".
[[nodiscard]] std::string_view age_bucket_name(std::size_t bucket);

/// The bucket of an age; a whole day, week … belongs to the younger one.
[[nodiscard]] std::size_t age_bucket(std::uint64_t age_seconds);

/// Amounts by age bucket.
using ByAge = std::array<U256, kAgeBuckets>;

/// Debt that was recognised and is not absorbed.
struct OpenDebt {
    U256 units;
    std::uint64_t since = 0;  ///< Unix seconds of its recognition
};

/// Open debt by age at `now`. Debt recognised after `now` is not yet there.
[[nodiscard]] ByAge ageing(std::span<const OpenDebt> debts, std::uint64_t now);

/// What became of debt that was impaired when the period began, in units at that time.
struct Cure {
    U256 impaired;  ///< at the beginning
    U256 cured;     ///< of it, no longer impaired at the end and not lost either
};

/// Cure rate = cured / impaired, rounded down. InvariantBroken when more was cured than impaired.
[[nodiscard]] Ratio cure_rate(const Cure& cure);

/// Money that came back on one debt.
struct Recovery {
    U256 units;
    std::uint64_t at = 0;  ///< Unix seconds
};

/// A recognised debt and what came back on it.
struct RecognisedDebt {
    U256 units;
    std::uint64_t at = 0;  ///< Unix seconds of its recognition
    std::vector<Recovery> recoveries;
};

/// Debts recognised in one period, and the part of them that was recovered by age.
struct Vintage {
    std::uint64_t from = 0;  ///< Unix seconds at which the period begins
    U256 recognised;
    ByAge recovered;                        ///< up to the end of each bucket, cumulative
    std::array<Ratio, kAgeBuckets> rate{};  ///< recovered / recognised, rounded down
};

/// The vintage table: one row for each period of `period_seconds` (counted from 0) in which debt
/// was recognised, ascending. A recovery before the recognition counts at age 0.
[[nodiscard]] std::vector<Vintage> vintage_table(std::span<const RecognisedDebt> debts,
                                                 std::uint64_t period_seconds);

}  // namespace redink::coverage
