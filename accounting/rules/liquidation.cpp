#include <algorithm>

#include "accounting/rules/rules.hpp"

namespace redink::rules {

using ledger::Account;
using ledger::Rule;

Postings post(const events::Liquidated& event, const DebtorBalances& debtor) {
    Postings postings{contract_posting(Rule::liquidation, "liquidated")
                          .debit(Account::cash, event.amount)
                          .credit(Account::loans, event.amount)};
    for (Posting& recovery : recovered_on_loan(event.account,
                                               debtor,
                                               std::min(event.amount, debtor.written_off),
                                               events::Source::collateral)) {
        postings.push_back(std::move(recovery));
    }
    return with_legs(std::move(postings));
}

Postings post(const events::CollateralPaidOut& event) {
    return with_legs({contract_posting(Rule::liquidation, "collateral paid out")
                          .debit(Account::claims_lenders, event.amount)
                          .credit(Account::cash, event.amount)});
}

}  // namespace redink::rules
