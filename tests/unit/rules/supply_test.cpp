#include <doctest/doctest.h>

#include "accounting/rules/rules.hpp"
#include "tests/unit/rules/posting_legs.hpp"

namespace redink::rules {

TEST_CASE("supply and withdrawal move cash against claims") {
    CHECK(text_of(post(events::Supplied{party(1), 5})) == "1 contract: cash 5 / claims.lenders 5");
    CHECK(text_of(post(events::Withdrawn{party(1), 5})) == "1 contract: claims.lenders 5 / cash 5");
    CHECK(post(events::Supplied{party(1), 0}).empty());
}

TEST_CASE("the reserve is paid in and out without a loss") {
    CHECK(text_of(post(events::ReservePaid{SignedUnits::plus(5)})) ==
          "1 contract: cash 5 / capital.reserve 5");
    CHECK(text_of(post(events::ReservePaid{SignedUnits::minus(5)})) ==
          "1 contract: capital.reserve 5 / cash 5");
    CHECK(post(events::ReservePaid{}).empty());
}

}  // namespace redink::rules
