#pragma once

#include "app/commands/options.hpp"

namespace redink::app {

/// `redink prices import` and `redink prices list`: prices from files, which never change.
void add_prices(CommandLine& line);

}  // namespace redink::app
