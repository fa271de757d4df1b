#include <doctest/doctest.h>

#include "accounting/rules/rules.hpp"
#include "tests/unit/rules/posting_legs.hpp"

namespace redink::rules {

TEST_CASE("a liquidation repays debt and needs no leg for collateral") {
    CHECK(text_of(post(events::Liquidated{party(1), 5}, {.allowance = 9})) ==
          "5 contract: cash 5 / loans 5");
    CHECK(text_of(post(events::CollateralPaidOut{party(1), 5})) ==
          "5 contract: claims.lenders 5 / cash 5");
}

TEST_CASE("a liquidation of a debt that was written off recovers from collateral") {
    CHECK(text_of(post(events::Liquidated{party(1), 5}, {.written_off = 9})) ==
          "5 contract: cash 5 / loans 5\n"
          "13 economic: written_off@1 5, memo.offset@1 5 / loss.impairment@1 5, memo.claim@1 5\n"
          "13 economic: loss.impairment@1 5 / recovered.collateral@1 5");
}

}  // namespace redink::rules
