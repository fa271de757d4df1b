#include "indexer/store/ledger_sums.hpp"

#include <doctest/doctest.h>

using namespace redink;
using ledger::Account;
using ledger::Side;

TEST_CASE("sums are debits less credits by entity, account and party, without zeros") {
    const PartyId alice{{1}};
    store::LedgerSums sums;
    sums.add(1, {{Account::loans, Side::debit, 10, alice}, {Account::cash, Side::credit, 10, {}}});
    sums.add(2, {{Account::loans, Side::debit, 1, alice}, {Account::cash, Side::credit, 1, {}}});
    CHECK(sums.net({1, Account::loans, alice}) == SignedUnits::plus(10));
    CHECK(sums.net({1, Account::cash, {}}) == SignedUnits::minus(10));
    CHECK(sums.net({1, Account::loans, {}}).is_zero());
    CHECK(sums.size() == 4);
    sums.add(1, {{Account::loans, Side::credit, 10, alice}, {Account::cash, Side::debit, 4, {}}});
    CHECK(sums.net({1, Account::loans, alice}).is_zero());
    CHECK(sums.net({1, Account::cash, {}}) == SignedUnits::minus(6));
    CHECK(sums.size() == 3);
}

TEST_CASE("totals leave parties out") {
    store::LedgerSums totals;
    totals.add_total(1,
                     {{Account::loans, Side::debit, 10, PartyId{{1}}},
                      {Account::loans, Side::debit, 5, PartyId{{2}}},
                      {Account::cash, Side::credit, 15, {}}});
    CHECK(totals.net({1, Account::loans, {}}) == SignedUnits::plus(15));
    CHECK(totals.size() == 2);
}
