#pragma once

#include "app/commands/options.hpp"

namespace redink::app {

/// `redink node FILE…`: serve recordings as a JSON-RPC node on loopback.
void add_node(CommandLine& line);

}  // namespace redink::app
