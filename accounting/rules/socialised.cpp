#include "accounting/rules/deficit_legs.hpp"
#include "accounting/rules/rules.hpp"

namespace redink::rules {

using ledger::Account;
using ledger::Rule;

Postings post_socialised(Shares shares) {
    return with_legs({deficit_paid(contract_posting(Rule::socialised, "socialised"),
                                   shares,
                                   Account::claims_lenders,
                                   Account::deficit_open),
                      used_up(economic_posting(Rule::socialised, "borne by lenders"),
                              shares,
                              Account::borne_lenders)});
}

}  // namespace redink::rules
