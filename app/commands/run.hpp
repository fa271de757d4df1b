#pragma once

#include "app/commands/options.hpp"

namespace redink::app {

/// `redink run`: the daemon.
void add_run(CommandLine& line);

}  // namespace redink::app
