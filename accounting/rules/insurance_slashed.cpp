#include "accounting/rules/deficit_legs.hpp"
#include "accounting/rules/rules.hpp"

namespace redink::rules {

using ledger::Account;
using ledger::Rule;

Postings post(const events::InsuranceSlashed& event, Shares shares) {
    const U256 units = total_units(shares);
    return with_legs(
        {deficit_moved(contract_posting(Rule::insurance_slashed, "stake slashed for the deficit"),
                       shares,
                       Account::deficit_slashed),
         contract_posting(Rule::insurance_slashed, "lost by the stake")
             .debit(Account::insurance_capital, units, event.stake)
             .credit(Account::insurance_stake, units, event.stake)});
}

}  // namespace redink::rules
