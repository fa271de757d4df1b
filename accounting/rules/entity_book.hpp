#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "accounting/events/domain_event.hpp"
#include "accounting/ledger/entry.hpp"
#include "accounting/money/signed_units.hpp"

namespace redink::rules {

/// What a rule gives: an entry without its place.
struct Posting {
    ledger::Book book = ledger::Book::contract;
    ledger::Rule rule = ledger::Rule::supply;
    std::vector<ledger::Leg> legs;
    std::string narrative;
};

/// Balance of an account of one entity, for one party or for nobody. Positive in the account's own
/// nature.
struct BalanceKey {
    ledger::Account account = ledger::Account::cash;
    PartyId party;

    friend auto operator<=>(const BalanceKey&, const BalanceKey&) = default;
};

using Balances = std::map<BalanceKey, SignedUnits>;

/// The books of one entity: balances, and the order in which deficits were recognised, so that
/// cover goes to the oldest. The same events always give the same postings.
class EntityBook {
  public:
    /// Posts an event by the rules and keeps the balances. InvariantBroken when an event cannot be
    /// (cover beyond the open deficit, a loan repaid that is not there).
    std::vector<Posting> apply(const events::DomainEvent& event);

    /// Keeps balances for a posting that is already in the ledger (replay, restore). Postings have
    /// to come in their order of position.
    void replay(const ledger::Book& book, const std::vector<ledger::Leg>& legs);

    [[nodiscard]] const Balances& balances() const {
        return balances_;
    }

    /// Sum over parties.
    [[nodiscard]] SignedUnits total(ledger::Account account) const;

    /// Balance of an account and party; zero where there is none.
    [[nodiscard]] SignedUnits balance(ledger::Account account, const PartyId& party = {}) const;

    /// Checks I2 to I4 and I6 of docs/accounting.md; empty when they hold, else what does not.
    [[nodiscard]] std::string broken_invariant() const;

  private:
    Balances balances_;
    std::deque<PartyId> deficits_;  ///< debtors with open deficit, oldest first
};

}  // namespace redink::rules
