#pragma once

#include <functional>

#include "app/verify/verification.hpp"
#include "indexer/protocols/protocol.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/market_registry.hpp"

namespace redink::app {

/// Told how far some work is: the last block done.
using BlockTold = std::function<void(chain::BlockNumber)>;

/// Derives a market again from its stored logs, in memory and in tables of this session, and
/// compares every row. Positions stay in memory, some 200 bytes each. `facts` and `checking` are
/// two connections to one database. Changes nothing; database trouble throws.
void derive_again(const store::MarketRecord& market,
                  const protocols::Protocol& protocol,
                  store::Connection& facts,
                  store::Connection& checking,
                  const BlockTold& told,
                  Verification& into);

}  // namespace redink::app
