#pragma once

#include "app/commands/options.hpp"

namespace redink::app {

/// `redink doctor`: looks at configuration, database and endpoints, and says what to mend.
void add_doctor(CommandLine& line);

}  // namespace redink::app
