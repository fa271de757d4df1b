#pragma once

#include <string>
#include <string_view>

namespace redink::node {

/// One way to lie or fail.
struct FaultKind {
    std::string_view name;
    std::string_view keys;      ///< its own, with commas around each
    std::string_view required;  ///< one of them that must be given, or empty
    std::string_view meaning;
};

/// Null for a name that is no kind.
[[nodiscard]] const FaultKind* find_fault_kind(std::string_view name);

/// The kinds with their keys, a line each, and the keys that all of them take.
[[nodiscard]] std::string list_fault_kinds();

}  // namespace redink::node
