#pragma once

#include "app/commands/options.hpp"

namespace redink::app {

/// `redink demo`: index the shipped recording with a private database and print the reports.
void add_demo(CommandLine& line);

}  // namespace redink::app
