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

}  // namespace

events::DomainEvent fitted_to_loans(const EntityBook& book, const events::DomainEvent& event) {
    const auto* valued = std::get_if<events::DebtValued>(&event);
    if (valued == nullptr) {
        return event;
    }
    const DebtorBalances debtor = book.debtor(valued->account);
    const SignedUnits held_by_others =
        held_by_all(book) - SignedUnits::plus(U256{debtor.allowance + debtor.written_off});
    const U256 room = positive_part(book.loans_and_deficits() - held_by_others);
    const U256 needed = debtor.deficit() + valued->shortfall;
    if (needed <= room) {
        return event;
    }
    const U256 beyond{needed - room};
    if (beyond > valued->shortfall || beyond > U256{impaired_debtors(book).size()} + 1U) {
        return event;
    }
    events::DebtValued fitted = *valued;
    fitted.shortfall -= beyond;
    return fitted;
}

Postings released_excess(const EntityBook& book,
                         const events::DomainEvent& event,
                         const SignedUnits& backing_before) {
    const SignedUnits backing = book.loans_and_deficits();
    const U256 excess = positive_part(held_by_all(book) - backing);
    if (excess.is_zero()) {
        return {};
    }
    const std::set<PartyId> impaired = impaired_debtors(book);
    const U256 fell = positive_part(backing_before - backing);
    U256 left = std::min(excess, U256{fell + impaired.size()});
    Postings postings;
    const auto release = [&](const PartyId& party) {
        const DebtorBalances debtor = book.debtor(party);
        const U256 units = std::min(left, debtor.held_against_loans());
        left -= units;
        postings.push_back(released(party, debtor, units));
    };
    const std::optional<PartyId> own = party_of(event);
    if (own) {
        release(*own);
    }
    for (const PartyId& party : impaired) {
        if (party != own) {
            release(party);
        }
    }
    return with_legs(std::move(postings));
}

}  // namespace redink::rules
