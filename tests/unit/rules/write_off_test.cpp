#include <doctest/doctest.h>

#include "accounting/rules/rules.hpp"
#include "tests/unit/rules/posting_legs.hpp"

namespace redink::rules {

TEST_CASE("a write-off moves the allowance and remembers the claim") {
    CHECK(text_of(post(events::DebtWrittenOff{party(1), 5}, {.allowance = 9})) ==
          "16 economic: allowance@1 5, memo.claim@1 5 / written_off@1 5, memo.offset@1 5");
}

TEST_CASE("what the allowance lacks is impaired first") {
    CHECK(text_of(post(events::DebtWrittenOff{party(1), 5}, {.allowance = 2})) ==
          "4 economic: loss.impairment@1 3 / allowance@1 3\n"
          "16 economic: allowance@1 5, memo.claim@1 5 / written_off@1 5, memo.offset@1 5");
    CHECK(post(events::DebtWrittenOff{party(1), 0}, {}).empty());
}

}  // namespace redink::rules
