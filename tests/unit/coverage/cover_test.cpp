#include "accounting/coverage/cover.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"
#include "accounting/money/ray.hpp"

namespace redink::coverage {

TEST_CASE("a reserve covers no more than the bad debt, and a negative one nothing") {
    CHECK(reserve_cover(SignedUnits::plus(5'000), 20'000) == wad() / 4U);
    CHECK(reserve_cover(SignedUnits::plus(50'000), 20'000) == wad());
    CHECK(reserve_cover(SignedUnits::minus(5'000), 20'000) == U256{0});
}

TEST_CASE("insurance covers what is above the offset, up to the stake") {
    // The worked run: a deficit of 21,000, of which the treasury bears the first 5,000.
    CHECK(insurance_cover({12'000, 5'000}, 21'000) == U256{571'428'571'428'571'428U});
    CHECK(insurance_cover({100'000, 5'000}, 20'000) == wad() * 3U / 4U);
    CHECK(insurance_cover({100'000, 5'000}, 4'000) == U256{0});
}

TEST_CASE("what layers absorb makes lenders whole") {
    CHECK(whole(2'500, 10'000) == wad() * 3U / 4U);
    CHECK(whole(0, 10'000) == wad());
    CHECK_THROWS_AS((void)whole(2, 1), InvariantBroken);
}

TEST_CASE("the cover of a pool adds what each asset absorbs, never capacities") {
    // 500 of USDC's bad debt covered, nothing of WETH's, whatever USDC's stake is.
    CHECK(pool_cover(std::vector<AssetCover>{{500, 500}, {1'500, 0}}) == wad() / 4U);
    CHECK_THROWS_AS((void)pool_cover(std::vector<AssetCover>{{500, 501}}), InvariantBroken);
}

TEST_CASE("stress cover may be above the whole") {
    CHECK(stress_cover(3'000, 2'000) == wad() * 3U / 2U);
}

TEST_CASE("without bad debt there is no exposure, not full cover") {
    CHECK_FALSE(reserve_cover(SignedUnits::plus(5), 0).has_value());
    CHECK_FALSE(insurance_cover({5, 0}, 0).has_value());
    CHECK_FALSE(whole(0, 0).has_value());
    CHECK_FALSE(pool_cover({}).has_value());
    CHECK_FALSE(stress_cover(5, 0).has_value());
}

}  // namespace redink::coverage
