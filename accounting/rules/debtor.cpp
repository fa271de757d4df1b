#include "accounting/rules/debtor.hpp"

#include <algorithm>

#include "accounting/money/invariant.hpp"

namespace redink::rules {

using ledger::Account;

U256 DebtorBalances::deficit() const {
    return deficit_open + deficit_elsewhere;
}

U256 DebtorBalances::held_against_loans() const {
    const U256 held = allowance + written_off;
    return held > deficit() ? U256{held - deficit()} : U256{0};
}

U256 total_units(Shares shares) {
    U256 total = 0;
    for (const DebtorShare& share : shares) {
        total += share.units;
    }
    return total;
}

void use_up(Posting& posting, const DebtorShare& share, Account account) {
    const U256 written_off = std::min(share.units, share.written_off);
    posting.debit(Account::allowance, U256{share.units - written_off}, share.debtor)
        .debit(Account::written_off, written_off, share.debtor)
        .credit(account, share.units, share.debtor)
        .debit(Account::memo_offset, written_off, share.debtor)
        .credit(Account::memo_claim, written_off, share.debtor);
}

Posting used_up(Posting posting, Shares shares, Account account) {
    for (const DebtorShare& share : shares) {
        use_up(posting, share, account);
    }
    return posting;
}

Account borne_by(events::Layer layer) {
    switch (layer) {
        case events::Layer::reserve:
            return Account::borne_reserve;
        case events::Layer::treasury:
            return Account::borne_treasury;
        case events::Layer::insurance:
            return Account::borne_insurance;
        case events::Layer::recap:
            return Account::borne_recap;
        case events::Layer::lenders:
            return Account::borne_lenders;
    }
    throw InvariantBroken{"unknown layer"};
}

Account recovered_from(events::Source source) {
    switch (source) {
        case events::Source::borrower:
            return Account::recovered_borrower;
        case events::Source::collateral:
            return Account::recovered_collateral;
        case events::Source::third_party:
            return Account::recovered_third_party;
    }
    throw InvariantBroken{"unknown source"};
}

}  // namespace redink::rules
