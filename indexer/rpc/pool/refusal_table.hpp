#pragma once

#include <span>
#include <string_view>

#include "indexer/rpc/pool/refusals.hpp"

namespace redink::rpc {

/// How the number of a refusal is meant.
enum class LimitReading : std::uint8_t {
    count,       ///< so many blocks, results, bytes or filters are allowed
    difference,  ///< so much may toBlock exceed fromBlock: one block more is allowed
};

/// One captured text: what to find (see find_pattern), and what it means.
struct RefusalRow {
    std::string_view pattern;
    RefusalClass kind = RefusalClass::unknown;
    RefusalUnit unit = RefusalUnit::none;
    std::string_view provider = "unknown";
    LimitReading reading = LimitReading::count;
};

/// Texts of providers, in the order in which they are tried.
[[nodiscard]] std::span<const RefusalRow> captured_refusals();

/// Words that many providers use; tried when no captured text is found.
[[nodiscard]] std::span<const RefusalRow> common_refusals();

/// Limits that stand apart from the text that says what they limit; only for a reading of the same
/// class that has no limit yet.
[[nodiscard]] std::span<const RefusalRow> apart_limits();

/// Ranges that a provider proposes, two `{H}` each.
[[nodiscard]] std::span<const std::string_view> suggestion_patterns();

}  // namespace redink::rpc
