#pragma once

#include <cstdint>
#include <string>

#include "app/commands/console.hpp"

namespace redink::store {
class Connection;
}

namespace redink::app {

/// Prints what the demo shows of a market at a block: the accounts with the lowest health factor,
/// bad debt by asset, by account, and its history. Values are shown in whole base units.
void print_demo_tables(store::Connection& connection,
                       const std::string& market,
                       std::uint64_t block,
                       const Console& console);

}  // namespace redink::app
