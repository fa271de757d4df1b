#pragma once

#include "app/commands/options.hpp"

namespace redink::app {

/// `redink books post` and `redink books correct`: entries by hand, from signed documents.
void add_books(CommandLine& line);

}  // namespace redink::app
