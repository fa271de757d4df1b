#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace redink::app {

/// One key of a TOML file. The parser, its errors and the documentation go by this table.
struct KeySpec {
    std::string_view table;  ///< "", "database", "chain", "market", "market.policy", …
    std::string_view name;
    std::string_view standard;  ///< the value when left out, or "required"
    std::string_view accepted;  ///< for errors: what may be written
};

/// Every key of redink.toml, in the order of the documentation.
[[nodiscard]] std::span<const KeySpec> config_keys();

/// The key of a table. Throws InvariantBroken when there is none.
[[nodiscard]] const KeySpec& find_key(std::span<const KeySpec> keys,
                                      std::string_view table,
                                      std::string_view name);

/// The names of a table's keys.
[[nodiscard]] std::vector<std::string_view> key_names(std::span<const KeySpec> keys,
                                                      std::string_view table);

}  // namespace redink::app
