#include <doctest/doctest.h>

#include "accounting/rules/rules.hpp"
#include "tests/unit/rules/posting_legs.hpp"

namespace redink::rules {

TEST_CASE("a forgiven debt is a deficit that is written off at once") {
    CHECK(text_of(post(events::DebtForgiven{party(1), 5}, {.allowance = 2})) ==
          "15 contract: deficit.open@1 5 / loans 5\n"
          "15 economic: loss.impairment@1 3 / allowance@1 3\n"
          "16 economic: allowance@1 5, memo.claim@1 5 / written_off@1 5, memo.offset@1 5");
}

TEST_CASE("a forgiven debt is not written off twice") {
    CHECK(text_of(post(events::DebtForgiven{party(1), 5}, {.allowance = 1, .written_off = 4})) ==
          "15 contract: deficit.open@1 5 / loans 5\n"
          "16 economic: allowance@1 1, memo.claim@1 1 / written_off@1 1, memo.offset@1 1");
    CHECK(text_of(post(events::DebtForgiven{party(1), 5}, {.written_off = 5})) ==
          "15 contract: deficit.open@1 5 / loans 5");
}

}  // namespace redink::rules
