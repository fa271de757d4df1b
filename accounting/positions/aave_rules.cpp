#include "accounting/positions/aave_rules.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace redink::positions {
namespace {

constexpr std::array<std::pair<std::string_view, int>, 13> kNames{{
    {"3.0.0", 300},
    {"3.0", 301},
    {"3.0.1", 301},
    {"3.0.2", 301},
    {"3.0.3", 301},
    {"3.1", 310},
    {"3.2", 320},
    {"3.3", 330},
    {"3.4", 340},
    {"3.5", 350},
    {"3.6", 360},
    {"3.7", 370},
    {"3.0.4", 301},
}};

// POOL_REVISION by version. 3.3 has been seen as 6 (documents of 3.4) and 7 (repository).
constexpr std::array<std::pair<unsigned, int>, 11> kRevisions{{
    {1, 301},
    {2, 301},
    {3, 301},
    {4, 310},
    {5, 320},
    {6, 330},
    {7, 330},
    {8, 340},
    {9, 350},
    {10, 360},
    {11, 370},
}};

std::string_view without_patch_zero(std::string_view text) {
    const bool later_patch = text.size() == 5 && text[2] != '0' && text.ends_with(".0");
    return later_patch ? text.substr(0, 3) : text;
}

}  // namespace

std::optional<AaveVersion> AaveVersion::parse(std::string_view text) {
    const std::string_view name = without_patch_zero(text);
    for (const auto& [known, code] : kNames) {
        if (known == name) {
            return AaveVersion{code};
        }
    }
    return std::nullopt;
}

std::optional<AaveVersion> AaveVersion::from_pool_revision(const U256& revision) {
    for (const auto& [known, code] : kRevisions) {
        if (revision == U256{known}) {
            return AaveVersion{code};
        }
    }
    return std::nullopt;
}

std::optional<AaveVersion> AaveVersion::from_code(std::int64_t code) {
    const bool known = std::any_of(
        kNames.begin(), kNames.end(), [code](const auto& entry) { return entry.second == code; });
    return known ? std::optional{AaveVersion{static_cast<int>(code)}} : std::nullopt;
}

std::string AaveVersion::text() const {
    if (code_ == 300) {
        return "3.0.0";
    }
    return "3." + std::to_string(code_ / 10 % 10);
}

}  // namespace redink::positions
