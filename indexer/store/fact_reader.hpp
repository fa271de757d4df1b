#pragma once

#include <optional>
#include <vector>

#include "indexer/store/facts.hpp"
#include "indexer/store/market_registry.hpp"

namespace redink::store {

class Connection;

/// Reads a market's logs back from the facts, block by block, in bounded pieces.
class FactReader {
  public:
    /// Logs of these contracts on the canonical chain, up to `last`.
    FactReader(Connection& connection,
               const MarketRecord& market,
               std::vector<chain::Address> contracts,
               chain::BlockNumber last);

    /// The same for these blocks only. They may lie ahead of the market's cursor.
    FactReader(Connection& connection,
               MarketRecord market,
               std::vector<chain::Address> contracts,
               chain::BlockRange range);

    /// The next blocks that have logs, ascending; empty at the end. A block is never split.
    [[nodiscard]] std::vector<StoredBlock> load_next();

  private:
    Connection& connection_;
    MarketRecord market_;
    std::vector<chain::Address> contracts_;
    chain::BlockNumber next_;
    chain::BlockNumber last_;
};

}  // namespace redink::store
