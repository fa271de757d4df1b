#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include "accounting/ledger/entry.hpp"
#include "accounting/money/signed_units.hpp"
#include "indexer/store/ledger_rows.hpp"
#include "indexer/store/market_registry.hpp"

namespace redink::store {

class Connection;

/// As-of queries with this position take in whatever was recorded.
inline constexpr std::uint64_t kEveryPosition = std::numeric_limits<std::int64_t>::max();

/// A balance of one account of one entity for one party, or for nobody.
struct LedgerBalance {
    ledger::Entity entity;
    ledger::Account account = ledger::Account::cash;
    PartyId party;
    SignedUnits amount;  ///< in the account's nature

    friend bool operator==(const LedgerBalance&, const LedgerBalance&) = default;
};

/// The two times of a ledger: entries that take effect up to the end of a block, and that were
/// recorded up to a position.
struct AsOf {
    std::uint64_t block = 0;
    std::uint64_t known_at = kEveryPosition;
};

/// Reads the books of one market. Each call is one transaction; database trouble throws.
class LedgerReader {
  public:
    LedgerReader(Connection& connection, MarketRecord market)
        : connection_{connection}, market_{std::move(market)} {
    }

    /// Where a ledger ends.
    [[nodiscard]] LedgerHead load_head(ledger::Book book);

    /// Calls `take` for every entry from a position on, in the order of position. One entry is held
    /// at a time; `take` may not use the connection.
    void load_entries(ledger::Book book,
                      std::uint64_t from_position,
                      const std::function<void(const StoredEntry&)>& take);

    /// As above, for a part of a book.
    void load_entries(ledger::Book book,
                      const EntrySlice& slice,
                      const std::function<void(const StoredEntry&)>& take);

    /// The entries of a book that later ones took back, by position.
    [[nodiscard]] std::vector<StoredEntry> load_reversed(ledger::Book book);

    /// The entry of that identity, in either book.
    [[nodiscard]] std::optional<StoredEntry> find_entry(const Digest& identity);

    /// Balances of a book that are not zero, by entity, account and party.
    [[nodiscard]] std::vector<LedgerBalance> load_balances(ledger::Book book, const AsOf& as_of);

  private:
    Connection& connection_;
    MarketRecord market_;
};

}  // namespace redink::store
