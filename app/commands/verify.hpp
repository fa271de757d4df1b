#pragma once

#include "app/commands/options.hpp"

namespace redink::app {

/// `redink verify`.
void add_verify(CommandLine& line);

}  // namespace redink::app
