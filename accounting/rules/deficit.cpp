#include "accounting/rules/rules.hpp"

namespace redink::rules {

using ledger::Account;
using ledger::Rule;

Postings post(const events::DeficitCreated& event, const DebtorBalances& debtor) {
    const U256 deficit = debtor.deficit() + event.amount;
    const U256 target = deficit > debtor.written_off ? U256{deficit - debtor.written_off} : U256{0};
    return with_legs(
        {contract_posting(Rule::deficit, "deficit recognised")
             .debit(Account::deficit_open, event.amount, event.account)
             .credit(Account::loans, event.amount),
         allowance_changed(
             Rule::deficit, event.account, SignedUnits::difference(target, debtor.allowance))});
}

}  // namespace redink::rules
