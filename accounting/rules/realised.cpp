#include "accounting/rules/realised.hpp"

#include <algorithm>

namespace redink::rules {
namespace {

using ledger::Account;
using ledger::Leg;
using ledger::Side;

bool is_recovered(Account account) {
    return account >= Account::recovered_borrower && account <= Account::recovered_third_party;
}

bool is_borne_or_recovered(Account account) {
    return account >= Account::borne_reserve && account <= Account::recovered_third_party;
}

template <class Wanted>
U256 units_on(const std::vector<Leg>& legs, Side side, Wanted wanted) {
    U256 units = 0;
    for (const Leg& leg : legs) {
        if (leg.side == side && wanted(leg.account)) {
            units += leg.units;
        }
    }
    return units;
}

/// `from` is the side of what is realised: debit as posted, credit in a mirror.
U256 realised_on(const std::vector<Leg>& legs, Side from) {
    const Side to = from == Side::debit ? Side::credit : Side::debit;
    const auto is = [](Account wanted) {
        return [wanted](Account account) { return account == wanted; };
    };
    if (!units_on(legs, to, is(Account::loans)).is_zero()) {
        return units_on(legs, from, is(Account::deficit_open));
    }
    if (!units_on(legs, from, is(Account::loss_impairment)).is_zero()) {
        return units_on(legs, to, is_borne_or_recovered);
    }
    return 0;
}

}  // namespace

SignedUnits realised_by(const std::vector<Leg>& legs) {
    return SignedUnits::difference(realised_on(legs, Side::debit), realised_on(legs, Side::credit));
}

bool has_recovery(const std::vector<Leg>& legs) {
    return std::any_of(
        legs.begin(), legs.end(), [](const Leg& leg) { return is_recovered(leg.account); });
}

}  // namespace redink::rules
