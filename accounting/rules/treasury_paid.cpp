#include "accounting/rules/deficit_legs.hpp"
#include "accounting/rules/rules.hpp"

namespace redink::rules {

using ledger::Account;
using ledger::Rule;

Postings post_treasury_paid(const events::DeficitCovered& event, Shares shares) {
    return with_legs({deficit_paid(contract_posting(Rule::treasury_paid, "paid by the treasury"),
                                   shares,
                                   paid_from(event),
                                   Account::deficit_open),
                      used_up(economic_posting(Rule::treasury_paid, "borne by the treasury"),
                              shares,
                              Account::borne_treasury)});
}

}  // namespace redink::rules
