#include "accounting/rules/excess.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "accounting/rules/rules.hpp"

namespace redink::rules {
namespace {

using ledger::Account;

U256 positive_part(const SignedUnits& value) {
    return value.is_negative() ? U256{0} : value.units();
}

SignedUnits held_by_all(const EntityBook& book) {
    return book.total(Account::allowance) + book.total(Account::written_off);
}

std::set<PartyId> impaired_debtors(const EntityBook& book) {
    std::set<PartyId> debtors;
    const Balances& balances = book.balances();
    for (auto at = balances.lower_bound({Account::allowance, {}});
         at != balances.end() && at->first.account <= Account::written_off;
         ++at) {
        debtors.insert(at->first.party);
    }
    return debtors;
}

/// Whose loan an event is about, where it is about one.
std::optional<PartyId> party_of(const events::DomainEvent& event) {
    return std::visit(
        [](const auto& happening) -> std::optional<PartyId> {
            if constexpr (requires { happening.account; }) {
                return happening.account;
            } else {
                return std::nullopt;
            }
        },
        event);
}

bool raises(const events::DomainEvent& event) {
    return std::holds_alternative<events::DebtValued>(event) ||
           std::holds_alternative<events::DebtWrittenOff>(event);
}

/// By how much `needed` exceeds what loans and deficits leave for `party`; zero when that is more
/// than rounding explains. What is held for the others may be stale, but not for their deficits.
U256 rounding_beyond_room(const EntityBook& book, const PartyId& party, const U256& needed) {
    const DebtorBalances debtor = book.debtor(party);
    const SignedUnits held_by_others =
        held_by_all(book) - SignedUnits::plus(U256{debtor.allowance + debtor.written_off});
    const SignedUnits beside_others = book.loans_and_deficits() - held_by_others;
    const SignedUnits all_loans = book.total(Account::loans) + SignedUnits::plus(debtor.deficit());
    const U256 largest_rounding = U256{impaired_debtors(book).size()} + 1U;
    for (const SignedUnits& room : {beside_others, all_loans}) {
        const U256 beyond = positive_part(SignedUnits::plus(needed) - room);
        if (beyond <= largest_rounding) {
            return beyond;
        }
    }
    return 0;
}

}  // namespace

events::DomainEvent fitted_to_loans(const EntityBook& book, const events::DomainEvent& event) {
    if (const auto* valued = std::get_if<events::DebtValued>(&event)) {
        const U256 needed = book.debtor(valued->account).deficit() + valued->shortfall;
        const U256 beyond = rounding_beyond_room(book, valued->account, needed);
        if (valued->shortfall <= valued->gross && beyond <= valued->shortfall) {
            events::DebtValued fitted = *valued;
            fitted.shortfall -= beyond;
            return fitted;
        }
    }
    if (const auto* given_up = std::get_if<events::DebtWrittenOff>(&event)) {
        const U256 needed = book.debtor(given_up->account).written_off + given_up->amount;
        const U256 beyond = rounding_beyond_room(book, given_up->account, needed);
        if (beyond <= given_up->amount) {
            return events::DebtWrittenOff{given_up->account, U256{given_up->amount - beyond}};
        }
    }
    return event;
}

Postings released_excess(const EntityBook& book, const events::DomainEvent& event) {
    U256 left = positive_part(held_by_all(book) - book.loans_and_deficits());
    if (left.is_zero()) {
        return {};
    }
    Postings postings;
    const auto release = [&](const PartyId& party) {
        const DebtorBalances debtor = book.debtor(party);
        const U256 units = std::min(left, debtor.held_against_loans());
        left -= units;
        postings.push_back(released(party, debtor, units));
    };
    const std::optional<PartyId> own = party_of(event);
    if (own && !raises(event)) {
        release(*own);
    }
    for (const PartyId& party : impaired_debtors(book)) {
        if (party != own) {
            release(party);
        }
    }
    return with_legs(std::move(postings));
}

}  // namespace redink::rules
