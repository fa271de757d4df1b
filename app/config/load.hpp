#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/config/config.hpp"
#include "app/config/environment.hpp"
#include "app/config/issues.hpp"

namespace redink::app {

/// What the command line says over the file.
struct ConfigOverrides {
    std::optional<std::string> database;
    std::vector<std::string> rpc;      ///< endpoints of the only chain, or of the selected markets'
    std::vector<std::string> markets;  ///< empty: all
};

/// How much of the file a command needs. What it does not need is not looked at, so that a report
/// does not ask for the keys of the nodes.
enum class ConfigScope : std::uint8_t { everything, database };

/// Where the configuration comes from.
struct ConfigRequest {
    std::filesystem::path file = "redink.toml";
    bool file_is_given = false;  ///< then it must exist, whatever the scope
    ConfigScope scope = ConfigScope::everything;
    ConfigOverrides overrides;
    Environment environment = process_environment();
};

/// Reads and checks the configuration. Throws ConfigError with everything that is wrong with it, by
/// line.
[[nodiscard]] Config load_config(const ConfigRequest& request);

}  // namespace redink::app
