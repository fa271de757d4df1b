#include "accounting/valuation/policy.hpp"

#include <vector>

#include <doctest/doctest.h>

namespace redink::valuation {

TEST_CASE("the standard policy is written out in full") {
    Policy policy;
    policy.dust = {1'000'000'000, 200'000'000};
    CHECK(canonical_text(policy) ==
          "redink policy 1\n"
          "increase_below_wad=1100000000000000000\n"
          "grace_seconds=3600\n"
          "min_debt_value=1000000000\n"
          "liquidation_cost_value=200000000\n"
          "write_off_after_seconds=7776000\n"
          "slippage_bps=100\n"
          "max_price_age_seconds=86400\n");
}

TEST_CASE("every choice changes the text") {
    const Policy standard;
    std::vector<Policy> others(7);
    others[0].increase_below_wad = 1;
    others[1].grace_seconds = 1;
    others[2].dust.min_debt_value = 1;
    others[3].dust.liquidation_cost_value = 1;
    others[4].write_off_after_seconds = 1;
    others[5].slippage_bps = 1;
    others[6].max_price_age_seconds = 1;
    for (const Policy& other : others) {
        CHECK(other != standard);
        CHECK(canonical_text(other) != canonical_text(standard));
    }
}

}  // namespace redink::valuation
