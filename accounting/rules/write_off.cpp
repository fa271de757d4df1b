#include "accounting/rules/rules.hpp"

namespace redink::rules {

using ledger::Account;
using ledger::Rule;

Postings post(const events::DebtWrittenOff& event, const DebtorBalances& debtor) {
    const U256 lacking =
        event.amount > debtor.allowance ? U256{event.amount - debtor.allowance} : U256{0};
    return with_legs({allowance_changed(Rule::valuation, event.account, SignedUnits::plus(lacking)),
                      economic_posting(Rule::write_off, "written off")
                          .debit(Account::allowance, event.amount, event.account)
                          .credit(Account::written_off, event.amount, event.account)
                          .debit(Account::memo_claim, event.amount, event.account)
                          .credit(Account::memo_offset, event.amount, event.account)});
}

}  // namespace redink::rules
