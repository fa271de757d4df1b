#include <doctest/doctest.h>

#include "accounting/rules/rules.hpp"
#include "tests/unit/rules/posting_legs.hpp"

namespace redink::rules {

TEST_CASE("what nobody gets of the interest stays in slack") {
    const events::InterestAccrued event{SignedUnits::plus(100),
                                        SignedUnits::plus(7),
                                        SignedUnits::plus(80),
                                        SignedUnits::plus(15),
                                        SignedUnits::plus(10)};
    CHECK(text_of(post(event)) ==
          "3 contract: loans 100, cash 7 / claims.lenders 80, claims.treasury 15, capital.reserve "
          "10, capital.slack 2");
}

TEST_CASE("slack gives what claims get beyond the interest") {
    CHECK(text_of(post(
              events::InterestAccrued{SignedUnits::plus(1), {}, SignedUnits::plus(3), {}, {}})) ==
          "3 contract: loans 1, capital.slack 2 / claims.lenders 3");
}

TEST_CASE("what rounding takes is a posting of its own") {
    const events::InterestAccrued event{
        SignedUnits::minus(1), {}, SignedUnits::minus(3), SignedUnits::plus(2), {}};
    CHECK(text_of(post(event)) ==
          "3 contract: capital.slack 2 / claims.treasury 2\n19 contract: claims.lenders 3 / loans "
          "1, capital.slack 2");
    CHECK(post(events::InterestAccrued{}).empty());
}

TEST_CASE("a minted share of the treasury is an ordinary claim") {
    CHECK(text_of(post(events::TreasuryMinted{5})) ==
          "3 contract: claims.treasury 5 / claims.lenders 5");
}

TEST_CASE("interest is suspended by what is held against the loan, half up") {
    const events::DebtValued event{party(1), 101000, 9581, 1000, 100000};
    CHECK(suspended_interest(event, {.allowance = 9486}) == 95);
    CHECK(suspended_interest(event, {.allowance = 9450}) == 95);
    CHECK(suspended_interest(event, {.allowance = 9449}) == 94);
    CHECK(suspended_interest(event, {.allowance = 0}) == 0);
    CHECK(suspended_interest(event, {.written_off = 100000}) == 1000);
    CHECK(suspended_interest(event, {.allowance = 9486, .deficit_open = 9486}) == 0);
    CHECK(suspended_interest(event, {.allowance = 900000}) == 1000);
    CHECK(suspended_interest({party(1), 1000, 10, 1000, 0}, {.allowance = 10}) == 0);
}

}  // namespace redink::rules
