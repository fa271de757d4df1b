#pragma once

#include <cstdint>
#include <span>

#include "accounting/ledger/entry.hpp"
#include "indexer/store/market_registry.hpp"

namespace pqxx {
class transaction_base;
}

namespace redink::store {

class Connection;

/// What became of entries that were to be posted.
struct Posted {
    std::uint64_t added = 0;
    std::uint64_t skipped = 0;  ///< were in the ledger already, with the same content
};

/// How often balances are kept.
struct SnapshotPolicy {
    /// Entries that are loaded at once, and the fewest between two snapshots: what a balance at any
    /// block has to add up by itself. Small enough to be added up in a few hundredths of a second.
    std::size_t entries = 5'000;
};

/// Keeps everybody else from writing to the ledgers of a market until the transaction ends.
void lock_ledgers(pqxx::transaction_base& txn, const MarketRecord& market);

/// Posts entries to the ledgers of a market, each book in the order given, inside the transaction
/// that is open on the connection and has lock_ledgers. An entry whose identity is in the ledger
/// with the same content is skipped. Throws InvariantBroken for an entry that ledger::check
/// refuses, and StoreError (ledger_conflict) naming both when an identity is in the ledger with
/// another content.
Posted append_entries(Connection& connection,
                      pqxx::transaction_base& txn,
                      const MarketRecord& market,
                      std::span<const ledger::Entry> entries,
                      const SnapshotPolicy& snapshots = {});

}  // namespace redink::store
