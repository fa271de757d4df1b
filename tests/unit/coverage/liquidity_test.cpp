#include "accounting/coverage/liquidity.hpp"

#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"
#include "accounting/money/ray.hpp"

namespace redink::coverage {

TEST_CASE("utilisation is the part that is lent") {
    CHECK(utilisation({200'000, 800'000}) == wad() * 4U / 5U);
    CHECK(utilisation({5, 0}) == U256{0});
    CHECK(utilisation({0, 5}) == wad());
    CHECK_FALSE(utilisation({}).has_value());
}

TEST_CASE("not more than all claims can be withdrawn") {
    CHECK(withdrawable_part(200'000, 1'000'000) == wad() / 5U);
    CHECK(withdrawable_part(7, 5) == wad());
    CHECK_FALSE(withdrawable_part(7, 0).has_value());
}

TEST_CASE("the largest lenders' share is of all claims, whatever their order") {
    const std::vector<U256> claims{10, 50, 5, 30, 5};
    CHECK(share_of_largest(claims, 1) == wad() / 2U);
    CHECK(share_of_largest(claims, 2) == wad() * 4U / 5U);
    CHECK(share_of_largest(claims, 20) == wad());
    CHECK_FALSE(share_of_largest({}, 5).has_value());
}

TEST_CASE("cash runs dry only by an outflow") {
    CHECK(hours_to_dry(1'000, SignedUnits::plus(4'800)) ==
          TimeTo{TimeTo::State::finite, wad() * 5U});
    CHECK(hours_to_dry(1'000, SignedUnits::minus(4'800)).state == TimeTo::State::never);
    CHECK(hours_to_dry(1'000, {}).state == TimeTo::State::never);
    CHECK(hours_to_dry(0, {}).state == TimeTo::State::done);
}

TEST_CASE("blocks at full utilisation are counted version by version") {
    const std::vector<LiquiditySince> versions{
        {100, {10, 90}}, {110, {1, 99}}, {115, {2, 98}}, {120, {0, 100}}};
    CHECK(blocks_at_utilisation(versions, {100, 129}) == 15);
    CHECK(blocks_at_utilisation(versions, {112, 121}) == 5);
    CHECK(blocks_at_utilisation(versions, {0, 99}) == 0);
    CHECK(blocks_at_utilisation(versions, {120, 120}) == 1);
    CHECK(blocks_at_utilisation(versions, {100, 129}, 9'000) == 30);
}

TEST_CASE("an entity without loans is never at full utilisation") {
    CHECK(blocks_at_utilisation(std::vector<LiquiditySince>{{1, {0, 0}}}, {1, 9}) == 0);
}

TEST_CASE("versions that do not ascend are refused") {
    const std::vector<LiquiditySince> versions{{5, {0, 1}}, {5, {0, 1}}};
    CHECK_THROWS_AS((void)blocks_at_utilisation(versions, {1, 9}), InvariantBroken);
}

}  // namespace redink::coverage
