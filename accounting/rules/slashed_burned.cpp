#include "accounting/rules/deficit_legs.hpp"
#include "accounting/rules/rules.hpp"

namespace redink::rules {

using ledger::Account;
using ledger::Rule;

Postings post(const events::SlashedBurned& /*event*/, Shares shares) {
    return with_legs({deficit_paid(contract_posting(Rule::slashed_burned, "slashed funds burned"),
                                   shares,
                                   Account::claims_lenders,
                                   Account::deficit_slashed),
                      used_up(economic_posting(Rule::slashed_burned, "borne by the insurance"),
                              shares,
                              Account::borne_insurance)});
}

Postings post_insurance_paid(const events::DeficitCovered& event, Shares shares) {
    return with_legs({deficit_paid(contract_posting(Rule::slashed_burned, "paid by the insurance"),
                                   shares,
                                   paid_from(event),
                                   Account::deficit_open),
                      used_up(economic_posting(Rule::slashed_burned, "borne by the insurance"),
                              shares,
                              Account::borne_insurance)});
}

}  // namespace redink::rules
