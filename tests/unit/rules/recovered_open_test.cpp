#include <doctest/doctest.h>

#include "accounting/rules/rules.hpp"
#include "tests/unit/rules/posting_legs.hpp"

namespace redink::rules {

TEST_CASE("money goes to the deficit first and beyond it to the loan") {
    CHECK(text_of(post(events::RecoveredOpen{party(1), events::Source::third_party, 9},
                       {.allowance = 20, .deficit_open = 6})) ==
          "13 contract: cash 9 / deficit.open@1 6, loans 3\n"
          "13 economic: allowance@1 6 / recovered.third_party@1 6\n"
          "13 economic: allowance@1 3 / loss.impairment@1 3\n"
          "13 economic: loss.impairment@1 3 / recovered.third_party@1 3");
}

TEST_CASE("written_off is used before the allowance, and its memo with it") {
    CHECK(text_of(post(events::RecoveredOpen{party(1), events::Source::borrower, 6},
                       {.allowance = 2, .written_off = 4, .deficit_open = 6})) ==
          "13 contract: cash 6 / deficit.open@1 6\n"
          "13 economic: allowance@1 2, written_off@1 4, memo.offset@1 4 / recovered.borrower@1 6, "
          "memo.claim@1 4");
}

TEST_CASE("on a loan no more is recovered than was held against it") {
    CHECK(text_of(post(events::RecoveredOpen{party(1), events::Source::collateral, 9},
                       {.allowance = 8, .deficit_elsewhere = 6})) ==
          "13 contract: cash 9 / loans 9\n"
          "13 economic: allowance@1 2 / loss.impairment@1 2\n"
          "13 economic: loss.impairment@1 2 / recovered.collateral@1 2");
    CHECK(recovered_on_loan(party(1), {}, 9, events::Source::borrower).empty());
}

}  // namespace redink::rules
