#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "accounting/ledger/canonical.hpp"
#include "accounting/ledger/entry.hpp"
#include "indexer/store/market_registry.hpp"

namespace pqxx {
class transaction_base;
}

namespace redink::store {

/// Where a ledger ends. Before its first entry: position 0 and the hash that names the ledger.
struct LedgerHead {
    std::uint64_t position = 0;
    Digest hash;
    std::uint64_t high_block = 0;  ///< highest block of any entry

    friend bool operator==(const LedgerHead&, const LedgerHead&) = default;
};

/// An entry with its place in the ledger, as it is stored.
struct StoredEntry {
    std::uint64_t position = 0;
    Digest identity;
    Digest payload;  ///< SHA-256 of the canonical bytes
    Digest hash;     ///< of the chain up to here
    std::uint64_t high_block = 0;
    std::int32_t entity_id = 0;
    ledger::Entry entry;
};

/// Numbers `first` to `last`, both included; all of them when nothing is said.
struct Span {
    std::uint64_t first = 0;
    std::uint64_t last = std::numeric_limits<std::int64_t>::max();
};

/// Which entries of a ledger.
struct EntrySlice {
    Span positions;
    Span blocks;
};

/// The entities of a market by their numbers.
using Entities = std::map<std::int32_t, ledger::Entity>;

/// The number of a market's ledger in SQL.
[[nodiscard]] std::int32_t ledger_number(const MarketRecord& market, ledger::Book book);

/// The digest that names a market's ledger.
[[nodiscard]] Digest genesis_of(const MarketRecord& market, ledger::Book book);

/// "ledger contract of market \"x\"", for messages.
[[nodiscard]] std::string ledger_name(const MarketRecord& market, ledger::Book book);

/// A bytea column of at most 32 bytes; none for NULL.
[[nodiscard]] Digest digest_of(chain::ByteView bytes);

/// Lower-case, 0x-prefixed.
[[nodiscard]] std::string hex_of(const Digest& digest);

/// Where a ledger ends; its genesis when there is no such ledger.
[[nodiscard]] LedgerHead read_head(pqxx::transaction_base& txn,
                                   const MarketRecord& market,
                                   ledger::Book book);

/// The entities of a market.
[[nodiscard]] Entities read_entities(pqxx::transaction_base& txn, const MarketRecord& market);

/// Calls `take` for entries of a ledger in the order of position, until it returns false. One entry
/// is held at a time, as it is stored, even where it is nonsense. A transaction must be open; it is
/// of no use any more when `take` ended it early.
void read_entries(Connection& connection,
                  const MarketRecord& market,
                  ledger::Book book,
                  const EntrySlice& slice,
                  const Entities& entities,
                  const std::function<bool(const StoredEntry&)>& take);

/// Appends rows to a ledger of the market. A transaction must be open. Throws StoreError when the
/// database refuses them.
void write_entries(Connection& connection,
                   const MarketRecord& market,
                   std::span<const StoredEntry> entries);

/// Fills derived.provisional_entry; `entries` in the order of posting. A transaction must be open.
void write_provisional(Connection& connection,
                       const MarketRecord& market,
                       std::span<const ledger::Entry> entries);

}  // namespace redink::store
