#include <algorithm>

#include "accounting/rules/rules.hpp"

namespace redink::rules {

using ledger::Rule;

Postings post(const events::DebtForgiven& event, const DebtorBalances& debtor) {
    Postings postings = post(events::DeficitCreated{event.account, event.amount}, debtor);
    for (Posting& posting : postings) {
        posting.rule = Rule::forgiven;
    }
    const U256 deficit = debtor.deficit() + event.amount;
    if (deficit > debtor.written_off) {
        // Rule 6 has just brought the allowance to what is not written off yet.
        const U256 allowance{deficit - debtor.written_off};
        DebtorBalances trued_up = debtor;
        trued_up.allowance = allowance;
        for (Posting& posting :
             post(events::DebtWrittenOff{event.account, std::min(event.amount, allowance)},
                  trued_up)) {
            postings.push_back(std::move(posting));
        }
    }
    return postings;
}

}  // namespace redink::rules
