#pragma once

#include "app/chain/chain_run.hpp"

namespace redink::app {

/// A chain's part of a run that several processes share (`sync --workers-join`). Every process
/// leases ranges and stores their facts; the one that has the chain's writer lock leads: it finds
/// the contracts, and derives in order. When it dies, another takes its place, and its leases
/// expire. Ends in every process when all markets are at the target.
void run_shared_session(ChainRun& run);

}  // namespace redink::app
