#include "accounting/rules/rules.hpp"

namespace redink::rules {

using ledger::Account;
using ledger::Rule;

Postings post(const events::Supplied& event) {
    return with_legs({contract_posting(Rule::supply, "supplied")
                          .debit(Account::cash, event.amount)
                          .credit(Account::claims_lenders, event.amount)});
}

Postings post(const events::Withdrawn& event) {
    return with_legs({contract_posting(Rule::supply, "withdrawn")
                          .debit(Account::claims_lenders, event.amount)
                          .credit(Account::cash, event.amount)});
}

Postings post(const events::ReservePaid& event) {
    const U256& units = event.amount.units();
    if (event.amount.is_negative()) {
        return with_legs({contract_posting(Rule::supply, "taken out of the reserve")
                              .debit(Account::capital_reserve, units)
                              .credit(Account::cash, units)});
    }
    return with_legs({contract_posting(Rule::supply, "paid into the reserve")
                          .debit(Account::cash, units)
                          .credit(Account::capital_reserve, units)});
}

}  // namespace redink::rules
