#pragma once

#include "indexer/chain/types.hpp"
#include "indexer/store/market_registry.hpp"

namespace pqxx {
class transaction_base;
}

namespace redink::store {

/// Takes a chain back to its stored canonical block `fork`, inside an open transaction that has
/// lock_chain: blocks above are marked as replaced, and of every market of the chain derived rows,
/// coverage, answers about state, leases and targets above are deleted and the cursor is set to
/// `fork` (or removed, where the market starts later). Blocks and logs stay.
void take_back(pqxx::transaction_base& txn,
               const MarketRecord& market,
               const chain::BlockRef& fork);

}  // namespace redink::store
