#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace redink::app {

/// The word that was probably meant: at most one edit in three letters away (insertion, deletion,
/// replacement, or two neighbours swapped). The first of equals; empty when none is that near.
[[nodiscard]] std::optional<std::string_view> find_near_miss(
    std::string_view written, std::span<const std::string_view> accepted);

/// ` (did you mean "…"?)`, or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view written,
                                       std::span<const std::string_view> accepted);

/// `a, b, c`.
[[nodiscard]] std::string listed(std::span<const std::string_view> words);

}  // namespace redink::app
