#include <algorithm>

#include "accounting/rules/rules.hpp"

namespace redink::rules {
namespace {

using ledger::Account;
using ledger::Rule;

Postings with_recovery(Posting repayment,
                       const PartyId& party,
                       const DebtorBalances& debtor,
                       const U256& units) {
    Postings postings{std::move(repayment)};
    for (Posting& recovery : recovered_on_loan(
             party, debtor, std::min(units, debtor.written_off), events::Source::borrower)) {
        postings.push_back(std::move(recovery));
    }
    return with_legs(std::move(postings));
}

}  // namespace

Postings post(const events::Borrowed& event) {
    return with_legs({contract_posting(Rule::borrow, "borrowed")
                          .debit(Account::loans, event.amount)
                          .credit(Account::cash, event.amount)});
}

Postings post(const events::Repaid& event, const DebtorBalances& debtor) {
    return with_recovery(contract_posting(Rule::borrow, "repaid")
                             .debit(Account::cash, event.amount)
                             .credit(Account::loans, event.amount),
                         event.account,
                         debtor,
                         event.amount);
}

Postings post(const events::RepaidWithClaims& event, const DebtorBalances& debtor) {
    return with_recovery(contract_posting(Rule::borrow, "repaid with claims")
                             .debit(Account::claims_lenders, event.amount)
                             .credit(Account::loans, event.amount),
                         event.account,
                         debtor,
                         event.amount);
}

}  // namespace redink::rules
