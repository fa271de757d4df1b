#include "accounting/rules/deficit_legs.hpp"

namespace redink::rules {

using ledger::Account;

Posting deficit_paid(Posting posting, Shares shares, Account debit, Account deficit) {
    posting.debit(debit, total_units(shares));
    for (const DebtorShare& share : shares) {
        posting.credit(deficit, share.units, share.debtor);
    }
    return posting;
}

Posting deficit_moved(Posting posting, Shares shares, Account to) {
    for (const DebtorShare& share : shares) {
        posting.debit(to, share.units, share.debtor)
            .credit(Account::deficit_open, share.units, share.debtor);
    }
    return posting;
}

Account paid_from(const events::DeficitCovered& event) {
    return event.with_claims ? Account::claims_lenders : Account::cash;
}

}  // namespace redink::rules
