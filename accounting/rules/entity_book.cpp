#include "accounting/rules/entity_book.hpp"

#include <algorithm>

#include "accounting/money/invariant.hpp"
#include "accounting/rules/excess.hpp"
#include "accounting/rules/post_event.hpp"
#include "accounting/rules/realised.hpp"
#include "accounting/rules/rules.hpp"

namespace redink::rules {
namespace {

using ledger::Account;
using ledger::Leg;
using ledger::Nature;
using ledger::Side;

SignedUnits effect_of(const Leg& leg) {
    const bool debit_nature = ledger::info(leg.account).nature == Nature::debit;
    return debit_nature == (leg.side == Side::debit) ? SignedUnits::plus(leg.units)
                                                     : SignedUnits::minus(leg.units);
}

bool is_overdrawn(Account account, const SignedUnits& balance) {
    return balance.is_negative() && !ledger::info(account).may_be_negative;
}

bool is_deficit(Account account) {
    return account == Account::deficit_open || account == Account::deficit_slashed ||
           account == Account::deficit_auction;
}

/// Where a debtor belongs after a posting.
struct Place {
    U256 balance;         ///< what keeps him in the queue
    bool is_new = false;  ///< the posting brings a new debt; else it takes something back
};

void keep_place(DebtorQueue& queue, const PartyId& debtor, const Place& place) {
    if (place.balance.is_zero()) {
        queue.leave(debtor);
    } else if (place.is_new) {
        queue.join(debtor);
    } else {
        queue.rejoin(debtor);
    }
}

}  // namespace

std::vector<Posting> EntityBook::apply(const events::DomainEvent& event) {
    std::vector<Posting> postings = post_event(*this, fitted_to_loans(*this, event));
    require_possible(postings);
    for (const Posting& posting : postings) {
        keep(posting.legs);
    }
    for (Posting& release : released_excess(*this, event)) {
        keep(release.legs);
        postings.push_back(std::move(release));
    }
    return postings;
}

void EntityBook::replay(const ledger::Book& book, const std::vector<Leg>& legs) {
    for (const Leg& leg : legs) {
        invariant(ledger::info(leg.account).book == book, "a leg of the other book is replayed");
    }
    keep(legs);
}

SignedUnits EntityBook::total(Account account) const {
    const auto found = totals_.find(account);
    return found == totals_.end() ? SignedUnits{} : found->second;
}

SignedUnits EntityBook::balance(Account account, const PartyId& party) const {
    const auto found = balances_.find({account, party});
    return found == balances_.end() ? SignedUnits{} : found->second;
}

DebtorBalances EntityBook::debtor(const PartyId& party) const {
    const auto held = [this, &party](Account account) { return balance(account, party).units(); };
    return {held(Account::allowance),
            held(Account::written_off),
            held(Account::deficit_open),
            U256{held(Account::deficit_slashed) + held(Account::deficit_auction)}};
}

std::vector<DebtorShare> EntityBook::oldest_deficits(Account account, const U256& units) const {
    std::vector<DebtorShare> shares = oldest(deficits_, account, units);
    invariant(total_units(shares) == units,
              to_decimal(units) + " units exceed " + std::string{ledger::info(account).name} +
                  " of " + to_decimal(total(account).units()));
    return shares;
}

std::vector<DebtorShare> EntityBook::oldest_borne_by_reserve(const U256& units) const {
    return oldest(borne_by_reserve_, Account::borne_reserve, units);
}

std::vector<DebtorShare> EntityBook::oldest(const DebtorQueue& queue,
                                            Account account,
                                            const U256& units) const {
    std::vector<DebtorShare> shares;
    U256 left = units;
    for (const auto& [place, debtor] : queue.in_order()) {
        if (left.is_zero()) {
            break;
        }
        const U256 share = std::min(left, balance(account, debtor).units());
        if (!share.is_zero()) {
            shares.push_back({debtor, share, balance(Account::written_off, debtor).units()});
            left -= share;
        }
    }
    return shares;
}

SignedUnits EntityBook::loans_and_deficits() const {
    return total(Account::loans) + total(Account::deficit_open) + total(Account::deficit_slashed) +
           total(Account::deficit_auction);
}

void EntityBook::keep(const std::vector<Leg>& legs) {
    for (const Leg& leg : legs) {
        keep(leg);
    }
    keep_order(legs);
    recognised_ = recognised_ + realised_by(legs);
}

void EntityBook::keep(const Leg& leg) {
    const SignedUnits effect = effect_of(leg);
    const BalanceKey key{leg.account, leg.party};
    SignedUnits& total = totals_[leg.account];
    total = total + effect;
    SignedUnits& balance = balances_[key];
    balance = balance + effect;
    if (is_overdrawn(leg.account, balance)) {
        overdrawn_.insert(key);
    } else {
        overdrawn_.erase(key);
    }
    if (balance.is_zero()) {
        balances_.erase(key);
    }
}

void EntityBook::keep_order(const std::vector<Leg>& legs) {
    const bool recognises = !realised_by(legs).is_zero();
    const bool recovers = has_recovery(legs);
    for (const Leg& leg : legs) {
        if (is_deficit(leg.account)) {
            keep_place(deficits_, leg.party, {debtor(leg.party).deficit(), recognises});
        } else if (leg.account == Account::borne_reserve) {
            keep_place(
                borne_by_reserve_, leg.party, {balance(leg.account, leg.party).units(), !recovers});
        }
    }
}

void EntityBook::require_possible(const std::vector<Posting>& postings) const {
    Balances changed;
    for (const Posting& posting : postings) {
        for (const Leg& leg : posting.legs) {
            const BalanceKey key{leg.account, leg.party};
            const auto place = changed.try_emplace(key, balance(leg.account, leg.party)).first;
            place->second = place->second + effect_of(leg);
        }
    }
    for (const auto& [key, balance] : changed) {
        invariant(!is_overdrawn(key.account, balance),
                  text_of(key) + " would be " + to_decimal(balance.units()) + " below zero");
    }
}

}  // namespace redink::rules
