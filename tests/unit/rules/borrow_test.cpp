#include <doctest/doctest.h>

#include "accounting/rules/rules.hpp"
#include "tests/unit/rules/posting_legs.hpp"

namespace redink::rules {

TEST_CASE("loans carry no party") {
    CHECK(text_of(post(events::Borrowed{party(1), 5})) == "2 contract: loans 5 / cash 5");
    CHECK(text_of(post(events::Repaid{party(1), 5}, {})) == "2 contract: cash 5 / loans 5");
    CHECK(text_of(post(events::RepaidWithClaims{party(1), 5}, {})) ==
          "2 contract: claims.lenders 5 / loans 5");
}

TEST_CASE("an allowance does not make a repayment a recovery") {
    CHECK(text_of(post(events::Repaid{party(1), 5}, {.allowance = 9})) ==
          "2 contract: cash 5 / loans 5");
}

TEST_CASE("a repayment on a debt that was written off is a recovery as far as it was") {
    CHECK(text_of(post(events::Repaid{party(1), 5}, {.written_off = 3})) ==
          "2 contract: cash 5 / loans 5\n"
          "13 economic: written_off@1 3, memo.offset@1 3 / loss.impairment@1 3, memo.claim@1 3\n"
          "13 economic: loss.impairment@1 3 / recovered.borrower@1 3");
}

TEST_CASE("a write-off that a deficit needs is not recovered by a repayment of the loan") {
    CHECK(text_of(post(events::Repaid{party(1), 5}, {.written_off = 3, .deficit_open = 3})) ==
          "2 contract: cash 5 / loans 5");
}

}  // namespace redink::rules
