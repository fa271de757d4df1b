#pragma once

#include "app/commands/options.hpp"

namespace redink::app {

/// `redink sync`: index up to a block, then exit.
void add_sync(CommandLine& line);

}  // namespace redink::app
