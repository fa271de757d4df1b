#pragma once

#include <cstdint>
#include <optional>

#include "indexer/rows/batch.hpp"
#include "indexer/store/market_registry.hpp"

namespace pqxx {
class transaction_base;
}

namespace redink::store {

class Connection;

/// The derived tables, or those of DerivedCheck, which only their session sees.
enum class DerivedTables : std::uint8_t { stored, computed };

/// Appends everything of `batch` to the derived tables of a market, inside the transaction that is
/// open on `connection`. Throws StoreError when the database refuses.
void write_derived(Connection& connection,
                   const MarketRecord& market,
                   const rows::Batch& batch,
                   DerivedTables tables = DerivedTables::stored);

/// Deletes the derived rows of a market above a block (of all blocks when it is empty).
void delete_derived(pqxx::transaction_base& txn,
                    const MarketRecord& market,
                    std::optional<chain::BlockNumber> above);

}  // namespace redink::store
