#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "accounting/ledger/entry.hpp"
#include "indexer/store/ledger_check.hpp"
#include "indexer/store/ledger_reader.hpp"
#include "indexer/store/ledger_writer.hpp"
#include "tests/property/random_source.hpp"
#include "tests/support/stored_chain.hpp"

namespace redink::test {

/// A party by number; 0 is nobody.
[[nodiscard]] PartyId party_of(std::uint32_t number);

/// An entity of the made-up market.
[[nodiscard]] ledger::Entity entity_of(std::uint8_t number);

/// Where an entry comes from: a log of a block of StoredChain.
[[nodiscard]] ledger::Origin origin_at(std::uint64_t block, std::uint32_t log_index);

/// Lenders bring `units`: debit cash, credit claims.lenders.
[[nodiscard]] ledger::Entry supply_at(std::uint64_t block,
                                      std::uint32_t log_index,
                                      const U256& units);

/// Somebody else takes `units`: debit loans of the party, credit cash.
[[nodiscard]] ledger::Entry borrow_at(std::uint64_t block,
                                      std::uint32_t log_index,
                                      std::uint32_t party,
                                      const U256& units);

/// An allowance of `units` for a party's loan, at the end of a block; economic book.
[[nodiscard]] ledger::Entry allowance_at(std::uint64_t block,
                                         std::uint32_t ordinal,
                                         std::uint32_t party,
                                         const U256& units);

/// Entries of every rule that has one, in both books, with up to `parties` parties in `entities`
/// entities; each has another origin. The same seed gives the same entries.
class EntryMaker {
  public:
    EntryMaker(std::uint64_t seed, std::uint32_t parties, std::uint8_t entities)
        : random_{seed}, parties_{parties}, entities_{entities} {
    }

    /// The next entry; blocks may come in any order.
    [[nodiscard]] ledger::Entry next(std::uint64_t block);

    [[nodiscard]] RandomSource& random() {
        return random_;
    }

  private:
    RandomSource random_;
    std::uint32_t parties_;
    std::uint8_t entities_;
    std::uint32_t count_ = 0;
};

/// A chain that is indexed and finalized from kFirstBlock up to `last`, with the books of its
/// market.
class BookedChain : public StoredChain {
  public:
    explicit BookedChain(std::uint64_t last, store::SnapshotPolicy snapshots = {});

    /// Posts entries and moves the booked block.
    store::Posted book(const std::vector<ledger::Entry>& entries, std::uint64_t block);

    /// What verify_chain says of a book: empty, or what it found.
    [[nodiscard]] std::string verify(ledger::Book book = ledger::Book::contract);

    /// What the database says to a statement; empty when it does it.
    [[nodiscard]] std::string refusal_of(const std::string& sql);

    store::LedgerWriter books;
    store::LedgerReader reader;
};

}  // namespace redink::test
