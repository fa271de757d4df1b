#pragma once

#include "app/commands/options.hpp"
#include "indexer/chain/result.hpp"

namespace redink::app {

/// How the program ends when this error ended its work.
[[nodiscard]] ExitCode exit_code_of(const Error& error);

}  // namespace redink::app
