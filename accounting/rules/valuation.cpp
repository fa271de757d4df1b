#include <algorithm>

#include "accounting/money/invariant.hpp"
#include "accounting/rules/rules.hpp"

namespace redink::rules {

using ledger::Account;
using ledger::Rule;

Posting allowance_changed(Rule rule, const PartyId& debtor, const SignedUnits& change) {
    if (change.is_negative()) {
        return economic_posting(rule, "allowance released")
            .debit(Account::allowance, change.units(), debtor)
            .credit(Account::loss_impairment, change.units(), debtor);
    }
    return economic_posting(rule, "allowance raised")
        .debit(Account::loss_impairment, change.units(), debtor)
        .credit(Account::allowance, change.units(), debtor);
}

Posting released(const PartyId& party, const DebtorBalances& debtor, const U256& units) {
    const U256 allowance = std::min(units, debtor.allowance);
    const U256 written_off = std::min(U256{units - allowance}, debtor.written_off);
    return economic_posting(Rule::valuation, "released, as the loan is smaller")
        .debit(Account::allowance, allowance, party)
        .debit(Account::written_off, written_off, party)
        .credit(Account::loss_impairment, U256{allowance + written_off}, party)
        .debit(Account::memo_offset, written_off, party)
        .credit(Account::memo_claim, written_off, party);
}

Postings post(const events::DebtValued& event, const DebtorBalances& debtor) {
    invariant(event.shortfall <= event.gross, "a debt is short by more than there is of it");
    const U256 suspended = suspended_interest(event, debtor);
    const U256 needed = debtor.deficit() + event.shortfall;
    const U256 target = needed > debtor.written_off ? U256{needed - debtor.written_off} : U256{0};
    return with_legs(
        {economic_posting(Rule::interest, "interest suspended")
             .debit(Account::interest_suspended, suspended, event.account)
             .credit(Account::allowance, suspended, event.account),
         allowance_changed(Rule::valuation,
                           event.account,
                           SignedUnits::difference(target, U256{debtor.allowance + suspended}))});
}

}  // namespace redink::rules
