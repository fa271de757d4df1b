#pragma once

#include "indexer/store/facts.hpp"
#include "indexer/store/market_registry.hpp"

namespace pqxx {
class transaction_base;
}

namespace redink::store {

class Connection;

/// Appends headers and logs inside the open transaction `txn` of `connection`. What another market
/// of the chain wrote already is not written again; a block of another hash at a known height
/// becomes the next fork of that height. Throws InvariantBroken when the stored canonical block of
/// a height is another one: the chain has to be rolled back first.
void write_facts(Connection& connection,
                 pqxx::transaction_base& txn,
                 const MarketRecord& market,
                 const RangeFacts& facts);

}  // namespace redink::store
