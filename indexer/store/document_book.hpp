#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "accounting/ledger/entry.hpp"
#include "indexer/chain/types.hpp"
#include "indexer/store/ledger_append.hpp"
#include "indexer/store/market_registry.hpp"

namespace redink::store {

/// A signed document, as it is kept.
struct SignedDocument {
    Digest digest;  ///< SHA-256 of the content: the evidence of its entries
    std::string reason;
    std::string reference;
    std::string author;
    std::string signed_off_by;
    std::string signed_on;  ///< yyyy-mm-dd; empty: today
    std::string content;
};

/// Where a market's books stand: what a posting by hand was checked against.
struct BooksState {
    chain::BlockNumber booked;
    std::uint64_t contract_position = 0;
    std::uint64_t economic_position = 0;

    friend bool operator==(const BooksState&, const BooksState&) = default;
};

/// The documents that entries of one market were posted from by hand. Each call is one transaction;
/// database trouble throws.
class DocumentBook {
  public:
    DocumentBook(Connection& connection, MarketRecord market)
        : connection_{connection}, market_{std::move(market)} {
    }

    /// Where the books stand; empty when nothing is booked yet.
    [[nodiscard]] std::optional<BooksState> load_state();

    /// A booked block, with its header's hash and time; empty when it is not booked or has no
    /// stored header.
    [[nodiscard]] std::optional<ledger::BlockStamp> find_booked(std::uint64_t number);

    /// The entities that have entries.
    [[nodiscard]] std::set<ledger::Entity> load_entities();

    /// Whether a document is there.
    [[nodiscard]] bool has(const Digest& digest);

    /// Keeps the document and posts its entries. Throws StoreError (serialization) when the books
    /// do not stand at `checked` any more, and then nothing is kept.
    Posted post(const SignedDocument& document,
                std::span<const ledger::Entry> entries,
                const BooksState& checked);

  private:
    Connection& connection_;
    MarketRecord market_;
};

}  // namespace redink::store
