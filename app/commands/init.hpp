#pragma once

#include <string_view>

#include "app/commands/options.hpp"

namespace redink::app {

/// The redink.toml that init writes: one chain, one market, and every other key in a comment.
[[nodiscard]] std::string_view config_template();

/// `redink init`: writes it to --config; refuses to overwrite without --force.
void add_init(CommandLine& line);

}  // namespace redink::app
