#include <doctest/doctest.h>

#include "accounting/rules/rules.hpp"
#include "tests/unit/rules/posting_legs.hpp"

namespace redink::rules {

TEST_CASE("a deficit trues its allowance up to 100 %") {
    CHECK(text_of(post(events::DeficitCreated{party(1), 21000}, {.allowance = 9581})) ==
          "6 contract: deficit.open@1 21000 / loans 21000\n6 economic: loss.impairment@1 11419 / "
          "allowance@1 11419");
}

TEST_CASE("an allowance beyond the deficit is released") {
    CHECK(text_of(post(events::DeficitCreated{party(1), 20}, {.allowance = 25})) ==
          "6 contract: deficit.open@1 20 / loans 20\n6 economic: allowance@1 5 / loss.impairment@1 "
          "5");
}

TEST_CASE("slashed and auctioned deficits keep their allowance, write-offs stand in for it") {
    CHECK(text_of(post(events::DeficitCreated{party(1), 20},
                       {.allowance = 8, .written_off = 3, .deficit_elsewhere = 8})) ==
          "6 contract: deficit.open@1 20 / loans 20\n6 economic: loss.impairment@1 17 / "
          "allowance@1 17");
    CHECK(text_of(post(events::DeficitCreated{party(1), 20}, {.written_off = 30})) ==
          "6 contract: deficit.open@1 20 / loans 20");
}

}  // namespace redink::rules
