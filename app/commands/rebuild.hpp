#pragma once

#include "app/commands/options.hpp"

namespace redink::app {

/// `redink rebuild`: derive again from stored logs, without a node.
void add_rebuild(CommandLine& line);

}  // namespace redink::app
