#pragma once

#include "app/bookkeeper/bookkeeper.hpp"
#include "app/chain/chain_run.hpp"

namespace redink::app {

/// Books every market of a chain run that was brought up, one after another. A market whose books
/// stop gets an error in its result; the others go on. Prices that no event told are asked of the
/// chain's endpoints.
void book_markets(ChainRun& run, store::Connection& connection);

}  // namespace redink::app
