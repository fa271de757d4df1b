#include "accounting/money/invariant.hpp"
#include "accounting/rules/rules.hpp"

namespace redink::rules {
namespace {

using ledger::Account;
using ledger::Rule;

/// Insurers hold ordinary claims on the entity; new capital has none, so its share is the
/// reserve's.
Account claim_of(events::Layer keeper) {
    switch (keeper) {
        case events::Layer::reserve:
        case events::Layer::recap:
            return Account::capital_reserve;
        case events::Layer::treasury:
            return Account::claims_treasury;
        case events::Layer::insurance:
        case events::Layer::lenders:
            return Account::claims_lenders;
    }
    throw InvariantBroken{"unknown layer"};
}

}  // namespace

Postings post(const events::RecoveredLate& event) {
    return with_legs({contract_posting(Rule::recovered_late, "recovered late")
                          .debit(Account::cash, event.amount)
                          .credit(claim_of(event.keeper), event.amount),
                      economic_posting(Rule::recovered_late, "recovered after it was borne")
                          .debit(borne_by(event.keeper), event.amount, event.account)
                          .credit(recovered_from(event.source), event.amount, event.account)});
}

}  // namespace redink::rules
