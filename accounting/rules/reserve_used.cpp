#include "accounting/rules/deficit_legs.hpp"
#include "accounting/rules/rules.hpp"

namespace redink::rules {

using ledger::Account;
using ledger::Rule;

Postings post_reserve_used(Shares shares) {
    return with_legs({deficit_paid(contract_posting(Rule::reserve_used, "paid by the reserve"),
                                   shares,
                                   Account::capital_reserve,
                                   Account::deficit_open),
                      used_up(economic_posting(Rule::reserve_used, "borne by the reserve"),
                              shares,
                              Account::borne_reserve)});
}

}  // namespace redink::rules
