#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "accounting/ledger/entry.hpp"
#include "accounting/money/signed_units.hpp"
#include "accounting/rules/entity_book.hpp"

namespace redink::app {

/// Why an entry may not be posted by hand.
struct HandRefusal {
    std::size_t entry = 0;  ///< its place among those that were to be posted
    std::string text;       ///< "is …; accepted: …"
};

/// What entries by hand would make of the books. First every entry that is in the ledgers of the
/// market is taken in, then those that are to be posted are tried, each on top of those before it.
class HandCheck {
  public:
    explicit HandCheck(std::span<const ledger::Entry> entries);

    /// Takes in an entry of the ledger, in the order of position, one book after the other.
    void replay(const ledger::Entry& entry);

    /// The first entry that may not be posted: it would make a balance negative that the chart
    /// keeps from it, at its block or at a later one, break an invariant of the books, or leave a
    /// debtor with a memo other than what is written off, or with less held than his deficit.
    [[nodiscard]] std::optional<HandRefusal> find_refusal() const;

  private:
    struct Key {
        ledger::Entity entity;
        rules::BalanceKey balance;

        friend auto operator<=>(const Key&, const Key&) = default;
    };

    /// What changed a balance, by block.
    using Changes = std::map<std::uint64_t, SignedUnits>;

    [[nodiscard]] static std::string find_overdrawn(const ledger::Entry& entry,
                                                    const std::map<Key, Changes>& changes);

    std::span<const ledger::Entry> entries_;
    std::map<ledger::Entity, rules::EntityBook> books_;
    std::map<Key, Changes> changes_;  ///< of the balances that the entries touch
};

}  // namespace redink::app
