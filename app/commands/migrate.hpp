#pragma once

#include "app/commands/options.hpp"

namespace redink::app {

/// `redink migrate`: makes the tables, or brings them up to date; tells which files were applied.
void add_migrate(CommandLine& line);

}  // namespace redink::app
