#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"
#include "accounting/rules/rules.hpp"
#include "tests/unit/rules/posting_legs.hpp"

namespace redink::rules {

TEST_CASE("the allowance follows the shortfall up and down") {
    CHECK(text_of(post(events::DebtValued{party(1), 100, 30, 0, 0}, {.allowance = 10})) ==
          "4 economic: loss.impairment@1 20 / allowance@1 20");
    CHECK(text_of(post(events::DebtValued{party(1), 100, 30, 0, 0}, {.allowance = 45})) ==
          "4 economic: allowance@1 15 / loss.impairment@1 15");
    CHECK(post(events::DebtValued{party(1), 100, 30, 0, 0}, {.allowance = 30}).empty());
}

TEST_CASE("the allowance also covers the deficit, less what was written off") {
    const events::DebtValued event{party(1), 100, 30, 0, 0};
    CHECK(text_of(post(
              event,
              {.allowance = 10, .written_off = 5, .deficit_open = 7, .deficit_elsewhere = 2})) ==
          "4 economic: loss.impairment@1 24 / allowance@1 24");
    CHECK(text_of(post(event, {.allowance = 10, .written_off = 50})) ==
          "4 economic: allowance@1 10 / loss.impairment@1 10");
}

TEST_CASE("suspended interest is part of the allowance") {
    CHECK(text_of(post(events::DebtValued{party(1), 110, 30, 10, 100}, {.allowance = 20})) ==
          "3 economic: interest.suspended@1 2 / allowance@1 2\n4 economic: loss.impairment@1 8 / "
          "allowance@1 8");
}

TEST_CASE("a shortfall beyond the debt is an error") {
    CHECK_THROWS_AS((void)post(events::DebtValued{party(1), 100, 101, 0, 0}, {}), InvariantBroken);
}

TEST_CASE("a release takes the allowance before the write-off") {
    CHECK(text_of({released(party(1), {.allowance = 4, .written_off = 5}, 6)}) ==
          "4 economic: allowance@1 4, written_off@1 2, memo.offset@1 2 / loss.impairment@1 6, "
          "memo.claim@1 2");
}

}  // namespace redink::rules
