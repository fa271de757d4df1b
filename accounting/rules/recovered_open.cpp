#include <algorithm>

#include "accounting/rules/rules.hpp"

namespace redink::rules {
namespace {

using ledger::Account;
using ledger::Rule;

/// What is left for the debtor after `share` was paid out of deficit.open.
DebtorBalances after(const DebtorShare& share, DebtorBalances debtor) {
    const U256 written_off = std::min(share.units, debtor.written_off);
    debtor.written_off -= written_off;
    debtor.allowance -= share.units - written_off;
    debtor.deficit_open -= share.units;
    return debtor;
}

}  // namespace

Postings recovered_on_loan(const PartyId& party,
                           const DebtorBalances& debtor,
                           const U256& units,
                           events::Source source) {
    const U256 recovered = std::min(units, debtor.held_against_loans());
    Posting taken_back = economic_posting(Rule::recovered_open, "held against a loan, taken back");
    use_up(taken_back, {party, recovered, debtor.written_off}, Account::loss_impairment);
    return with_legs({std::move(taken_back),
                      economic_posting(Rule::recovered_open, "recovered on a loan")
                          .debit(Account::loss_impairment, recovered, party)
                          .credit(recovered_from(source), recovered, party)});
}

Postings post(const events::RecoveredOpen& event, const DebtorBalances& debtor) {
    const DebtorShare on_deficit{
        event.account, std::min(event.amount, debtor.deficit_open), debtor.written_off};
    const U256 on_loan{event.amount - on_deficit.units};
    Posting economic = economic_posting(Rule::recovered_open, "recovered while open");
    use_up(economic, on_deficit, recovered_from(event.source));
    Postings postings{contract_posting(Rule::recovered_open, "recovered while open")
                          .debit(Account::cash, event.amount)
                          .credit(Account::deficit_open, on_deficit.units, event.account)
                          .credit(Account::loans, on_loan),
                      std::move(economic)};
    for (Posting& recovery :
         recovered_on_loan(event.account, after(on_deficit, debtor), on_loan, event.source)) {
        postings.push_back(std::move(recovery));
    }
    return with_legs(std::move(postings));
}

}  // namespace redink::rules
