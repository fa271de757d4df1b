#include "accounting/money/ratio.hpp"

#include <doctest/doctest.h>

#include "accounting/money/ray.hpp"

namespace redink {

TEST_CASE("a ratio is rounded as told") {
    const Fraction third{1, 3};
    CHECK(to_ppm(third, Round::down) == U256{333'333});
    CHECK(to_ppm(third, Round::up) == U256{333'334});
    CHECK(to_wad(third, Round::up) == U256{333'333'333'333'333'334U});
    CHECK(to_wad({5, 5}, Round::down) == wad());
    CHECK(to_wad({max_u256(), max_u256()}, Round::up) == wad());
}

TEST_CASE("a part of nothing is no ratio, neither 0 nor 100 %") {
    CHECK_FALSE(to_wad({0, 0}, Round::down).has_value());
    CHECK_FALSE(to_ppm({5, 0}, Round::up).has_value());
}

}  // namespace redink
