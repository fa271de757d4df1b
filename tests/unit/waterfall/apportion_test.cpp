#include "accounting/waterfall/apportion.hpp"

#include <stdexcept>

#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"

namespace redink::waterfall {

TEST_CASE("the units left over go to the largest remainders") {
    // 10 * {1, 2, 4} / 7 = 1.43, 2.86, 5.71: two units are left for the second and the third.
    CHECK(apportion(10, std::vector<U256>{1, 2, 4}) == std::vector<U256>{1, 3, 6});
    CHECK(apportion(100, std::vector<U256>{50, 25, 25}) == std::vector<U256>{50, 25, 25});
}

TEST_CASE("of equal remainders the lower index gets the unit") {
    CHECK(apportion(2, std::vector<U256>{1, 1, 1}) == std::vector<U256>{1, 1, 0});
    CHECK(apportion(1, std::vector<U256>{5, 5}) == std::vector<U256>{1, 0});
}

TEST_CASE("a weight of zero gets nothing") {
    CHECK(apportion(7, std::vector<U256>{0, 3, 0, 3}) == std::vector<U256>{0, 4, 0, 3});
    CHECK(apportion(0, std::vector<U256>{0, 0}) == std::vector<U256>{0, 0});
    CHECK(apportion(0, std::vector<U256>{}).empty());
}

TEST_CASE("the largest numbers are apportioned exactly") {
    const U256 half = max_u256() / 2U;
    CHECK(apportion(max_u256(), std::vector<U256>{half, half}) ==
          std::vector<U256>{half + 1U, half});
}

TEST_CASE("a total without weights and weights beyond 256 bits are refused") {
    CHECK_THROWS_AS((void)apportion(1, std::vector<U256>{0, 0}), InvariantBroken);
    CHECK_THROWS_AS((void)apportion(1, std::vector<U256>{}), InvariantBroken);
    CHECK_THROWS_AS((void)apportion(1, std::vector<U256>{max_u256(), 1}), std::overflow_error);
}

}  // namespace redink::waterfall
