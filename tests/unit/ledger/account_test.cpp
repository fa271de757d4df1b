#include "accounting/ledger/account.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"

namespace redink::ledger {

TEST_CASE("the chart is ascending and every account is found by name and by number") {
    CHECK(chart().size() == 27);
    CHECK(std::is_sorted(chart().begin(), chart().end(), [](const auto& a, const auto& b) {
        return a.account < b.account;
    }));
    for (const AccountInfo& known : chart()) {
        CAPTURE(known.name);
        CHECK(find_account(known.name) == known.account);
        CHECK(find_account(static_cast<std::uint16_t>(known.account)) == known.account);
        CHECK(info(known.account).name == known.name);
    }
}

TEST_CASE("accounts below 400 are the contract book's, the others the economic book's") {
    for (const AccountInfo& known : chart()) {
        CAPTURE(known.name);
        const bool contract = static_cast<std::uint16_t>(known.account) < 400;
        CHECK(known.book == (contract ? Book::contract : Book::economic));
    }
}

TEST_CASE("natures are those of the method") {
    for (const auto* name : {"cash",
                             "loans",
                             "deficit.open",
                             "deficit.slashed",
                             "deficit.auction",
                             "collateral.inventory",
                             "insurance.stake",
                             "loss.impairment",
                             "interest.suspended",
                             "memo.claim"}) {
        CAPTURE(name);
        CHECK(info(*find_account(name)).nature == Nature::debit);
    }
    for (const auto* name : {"claims.lenders",
                             "claims.treasury",
                             "capital.reserve",
                             "capital.slack",
                             "conversion",
                             "insurance.capital",
                             "allowance",
                             "written_off",
                             "borne.reserve",
                             "borne.treasury",
                             "borne.insurance",
                             "borne.recap",
                             "borne.lenders",
                             "recovered.borrower",
                             "recovered.collateral",
                             "recovered.third_party",
                             "memo.offset"}) {
        CAPTURE(name);
        CHECK(info(*find_account(name)).nature == Nature::credit);
    }
}

TEST_CASE("an account that is not in the chart is not found") {
    CHECK_FALSE(find_account("claims"));
    CHECK_FALSE(find_account(""));
    CHECK_FALSE(find_account(std::uint16_t{0}));
    CHECK_FALSE(find_account(std::uint16_t{107}));
    CHECK_FALSE(find_account(std::uint16_t{65535}));
    CHECK_THROWS_AS((void)info(static_cast<Account>(999)), InvariantBroken);
}

}  // namespace redink::ledger
