#include "accounting/rules/rules.hpp"

namespace redink::rules {

using ledger::Account;
using ledger::Rule;

Postings post(const events::CollateralTaken& event) {
    return with_legs({contract_posting(Rule::seized_collateral, "collateral taken over")
                          .debit(Account::collateral_inventory, event.amount)
                          .credit(Account::conversion, event.amount)});
}

Postings post(const events::DebtAbsorbed& event, const DebtorBalances& debtor) {
    return with_legs({contract_posting(Rule::seized_collateral, "debt paid by the reserve")
                          .debit(Account::capital_reserve, event.amount)
                          .credit(Account::loans, event.amount),
                      released(event.account, debtor, debtor.held_against_loans()),
                      economic_posting(Rule::seized_collateral, "borne by the reserve")
                          .debit(Account::loss_impairment, event.amount, event.account)
                          .credit(Account::borne_reserve, event.amount, event.account)});
}

Postings post(const events::CollateralSold& event, Shares shares) {
    Posting recovered = economic_posting(Rule::seized_collateral, "recovered from collateral");
    for (const DebtorShare& share : shares) {
        recovered.debit(Account::borne_reserve, share.units, share.debtor)
            .credit(Account::recovered_collateral, share.units, share.debtor);
    }
    return with_legs({contract_posting(Rule::seized_collateral, "collateral sold")
                          .debit(Account::conversion, event.amount)
                          .credit(Account::collateral_inventory, event.amount),
                      contract_posting(Rule::seized_collateral, "proceeds of collateral")
                          .debit(Account::cash, event.proceeds)
                          .credit(Account::capital_reserve, event.proceeds),
                      std::move(recovered)});
}

}  // namespace redink::rules
