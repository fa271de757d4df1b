#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace redink::rpc {

/// What a pattern took from a text.
struct PatternMatch {
    /// Of `{N}`; empty when there was none, or one that is zero or needs more than 64 bits.
    std::optional<std::uint64_t> number;

    /// Of each `{H}` in order; empty where it needs more than 64 bits.
    std::vector<std::optional<std::uint64_t>> blocks;
};

/// Finds a pattern anywhere in `text`, in any case. Patterns are lower case; in them a space stands
/// for any white space, `*` for any text, and
/// - `{N}` for a decimal count: thousands may have commas, and `k` or `m` may follow (10,000, 2K);
/// - `{H}` for a block number, decimal or with 0x;
/// - `{A}` for such a number that is passed over.
/// Numbers are whole: never the end of a word, a fraction or a negative. Time is linear in the
/// text for each part between stars.
[[nodiscard]] std::optional<PatternMatch> find_pattern(std::string_view text,
                                                       std::string_view pattern);

}  // namespace redink::rpc
