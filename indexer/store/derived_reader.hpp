#pragma once

#include <cstdint>
#include <vector>

#include "indexer/rows/batch.hpp"
#include "indexer/store/market_registry.hpp"

namespace pqxx {
class transaction_base;
}

namespace redink::store {

class Connection;

/// A position as stored.
struct StoredPosition {
    rows::PositionId id = 0;
    rows::PositionKey key;
    rows::PositionState state;
};

/// Reads what the derived tables say at the market's cursor, each call in a transaction of its own
/// or all of them within one that is open. Database trouble throws.
class DerivedReader {
  public:
    DerivedReader(Connection& connection, MarketRecord market)
        : connection_{&connection}, market_{std::move(market)} {
    }

    DerivedReader(pqxx::transaction_base& txn, MarketRecord market)
        : txn_{&txn}, market_{std::move(market)} {
    }

    /// The newest version of everything but positions.
    [[nodiscard]] rows::Snapshot load_snapshot();

    /// Number of positions that ever existed; their numbers run from 1 to this.
    [[nodiscard]] std::int64_t load_position_count();

    /// The newest state of every position, by number.
    [[nodiscard]] std::vector<StoredPosition> load_all_positions();

    /// The newest state of those positions that exist; the others are left out.
    [[nodiscard]] std::vector<StoredPosition> load_positions(
        const std::vector<rows::PositionKey>& keys);

  private:
    template <class Read>
    auto read(Read work);

    Connection* connection_ = nullptr;
    pqxx::transaction_base* txn_ = nullptr;
    MarketRecord market_;
};

}  // namespace redink::store
