#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "accounting/events/domain_event.hpp"
#include "accounting/ledger/entry.hpp"
#include "accounting/money/signed_units.hpp"
#include "accounting/rules/debtor.hpp"
#include "accounting/rules/debtor_queue.hpp"
#include "accounting/rules/posting.hpp"

namespace redink::rules {

/// Balance of an account of one entity, for one party or for nobody. Positive in the account's own
/// nature.
struct BalanceKey {
    ledger::Account account = ledger::Account::cash;
    PartyId party;

    friend auto operator<=>(const BalanceKey&, const BalanceKey&) = default;
};

/// For people: "allowance of 0x…".
[[nodiscard]] std::string text_of(const BalanceKey& key);

using Balances = std::map<BalanceKey, SignedUnits>;

/// The books of one entity: balances, and the order in which deficits were recognised, so that
/// cover goes to the oldest. The same events always give the same postings.
class EntityBook {
  public:
    /// Posts an event by the rules and keeps the balances. InvariantBroken when an event cannot be
    /// (cover beyond the open deficit, a loan repaid that is not there); the book is then as
    /// before. When an event made loans smaller than what is held against them, the rest is
    /// released (I4).
    std::vector<Posting> apply(const events::DomainEvent& event);

    /// Keeps balances for a posting that is already in the ledger (replay, restore). Postings of
    /// one book have to come in their order of position; the two books may come one after the
    /// other.
    void replay(const ledger::Book& book, const std::vector<ledger::Leg>& legs);

    /// Every balance that is not zero.
    [[nodiscard]] const Balances& balances() const {
        return balances_;
    }

    /// Sum over parties.
    [[nodiscard]] SignedUnits total(ledger::Account account) const;

    /// Balance of an account and party; zero where there is none.
    [[nodiscard]] SignedUnits balance(ledger::Account account, const PartyId& party = {}) const;

    /// What is held for one debtor.
    [[nodiscard]] DebtorBalances debtor(const PartyId& party) const;

    /// Splits units of deficit.open, deficit.slashed or deficit.auction over the debtors, oldest
    /// deficit first. InvariantBroken when there are not that many.
    [[nodiscard]] std::vector<DebtorShare> oldest_deficits(ledger::Account account,
                                                           const U256& units) const;

    /// As above for losses that the reserve bore, oldest first; gives less where there is less.
    [[nodiscard]] std::vector<DebtorShare> oldest_borne_by_reserve(const U256& units) const;

    /// Loans and deficits: what an allowance can be held against.
    [[nodiscard]] SignedUnits loans_and_deficits() const;

    /// Checks I2 to I4 and I6 of docs/accounting.md; empty when they hold, else what does not.
    [[nodiscard]] std::string broken_invariant() const;

  private:
    void keep(const std::vector<ledger::Leg>& legs);
    void keep(const ledger::Leg& leg);
    void keep_order(const std::vector<ledger::Leg>& legs);
    void require_possible(const std::vector<Posting>& postings) const;
    [[nodiscard]] std::vector<DebtorShare> oldest(const DebtorQueue& queue,
                                                  ledger::Account account,
                                                  const U256& units) const;

    Balances balances_;
    std::map<ledger::Account, SignedUnits> totals_;
    std::set<BalanceKey> overdrawn_;  ///< below zero though the chart forbids it
    DebtorQueue deficits_;            ///< debtors with a balance in deficit.*
    DebtorQueue borne_by_reserve_;    ///< debtors with a balance in borne.reserve
    SignedUnits recognised_;          ///< realised so far: deficits, and losses borne at once
};

}  // namespace redink::rules
