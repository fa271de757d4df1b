#pragma once

#include <iosfwd>

#include "app/commands/options.hpp"

namespace redink::app {

/// Writes what the configuration means: database, chains with their nodes, markets. No secrets.
void describe(const Config& config, std::ostream& out);

/// `redink config check`: reads the configuration, tells what is wrong or what would be done. Asks
/// neither a node nor the database.
void add_config_check(CommandLine& line);

}  // namespace redink::app
