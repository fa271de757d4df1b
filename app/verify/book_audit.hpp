#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "accounting/rules/entity_book.hpp"
#include "app/bookkeeper/bookkeeper.hpp"
#include "app/verify/verification.hpp"
#include "indexer/store/book_terms.hpp"
#include "indexer/store/ledger_rows.hpp"

namespace redink::app {

/// What the books of a market are held against.
struct AuditInput {
    /// Deficit of a reserve at the end of each block that changed it.
    std::map<rows::ReserveId, std::map<std::uint64_t, U256>> deficits;
    std::map<ledger::Entity, rows::ReserveId> reserves;
    std::map<rows::ReserveId, BookedTotals> totals;
    std::vector<store::CoverLayer> cover;
};

/// Checks invariants I1 to I8 of the accounting method over entries that come in the order in which
/// they take effect: I1 and I7 of every entry, the others at the end of every block for the
/// entities that it touched, and what the books end with against the protocol's own totals. Pure.
class BookAudit {
  public:
    explicit BookAudit(AuditInput input) : input_{std::move(input)} {
    }

    /// The next entry. InvariantBroken for one that the chart of accounts does not know.
    void take(const store::StoredEntry& stored);

    /// The end of a block.
    void end_block(std::uint64_t block);

    /// The end of the books at the booked block.
    void end(std::uint64_t booked);

    [[nodiscard]] std::uint64_t entries() const {
        return entries_;
    }

    /// What does not hold; the first of each kind for each entity.
    [[nodiscard]] const std::vector<Discrepancy>& discrepancies() const {
        return discrepancies_;
    }

    /// Covers by a deeper layer while a shallower one had capacity (I8): reported only, since a
    /// protocol's own order may say so.
    [[nodiscard]] const std::vector<std::string>& remarks() const {
        return remarks_;
    }

  private:
    struct Kept {
        rules::EntityBook book;
        std::set<std::string> reported;
    };

    void check_claims(const store::StoredEntry& stored);
    void check_layers(const store::StoredEntry& stored, const rules::EntityBook& book);
    void check_deficit(const ledger::Entity& entity, Kept& kept, std::uint64_t block);
    void check_totals(const ledger::Entity& entity, Kept& kept);
    void report(Kept& kept, Discrepancy discrepancy);

    AuditInput input_;
    std::map<ledger::Entity, Kept> books_;
    std::set<ledger::Entity> touched_;
    std::uint64_t entries_ = 0;
    std::vector<Discrepancy> discrepancies_;
    std::vector<std::string> remarks_;
};

}  // namespace redink::app
