#include <doctest/doctest.h>

#include "accounting/coverage/cover.hpp"
#include "accounting/coverage/run_risk.hpp"
#include "accounting/money/ray.hpp"
#include "accounting/valuation/shortfall.hpp"
#include "accounting/valuation/stage.hpp"
#include "tests/property/random_source.hpp"

namespace redink {
namespace {

using test::kSeed;
using test::RandomSource;

valuation::AccountValues account(RandomSource& random) {
    valuation::AccountValues made;
    made.debt_value = random.number() >> 8;
    made.collateral.resize(random.below(5));
    for (valuation::Collateral& item : made.collateral) {
        item.oracle_value = random.number() >> 8;
        item.bonus_bps = static_cast<std::uint32_t>(10'000 + random.below(3'000));
        item.market_value = random.number() >> 8;
        item.market_state = valuation::PriceState::valued;
    }
    return made;
}

}  // namespace

TEST_CASE("cover is between nothing and all, and more of it never covers less") {
    INFO("seed ", kSeed);
    RandomSource random{kSeed};
    for (int i = 0; i < 2'000; ++i) {
        const U256 bad_debt = 1U + (random.number() >> 1);
        const U256 offset = random.number();
        const U256 stake = random.number() >> 1;
        const U256 more = stake + (random.number() >> 1);
        const U256 less_cover = *coverage::insurance_cover({stake, offset}, bad_debt);
        const U256 cover = *coverage::insurance_cover({more, offset}, bad_debt);
        REQUIRE(less_cover <= cover);
        REQUIRE(cover <= wad());
        REQUIRE(*coverage::reserve_cover(SignedUnits::plus(more), bad_debt) <= wad());
        const U256 residual = random.number() % (bad_debt + 1U);
        const U256 absorbed = bad_debt - residual;
        REQUIRE(*coverage::whole(residual, bad_debt) ==
                *coverage::reserve_cover(SignedUnits::plus(absorbed), bad_debt));
    }
}

TEST_CASE("leaving first never pays less than nothing, and more cash never makes it pay less") {
    INFO("seed ", kSeed);
    RandomSource random{kSeed};
    for (int i = 0; i < 2'000; ++i) {
        const U256 claims = 2U + (random.number() >> 1);
        const U256 open = random.number() % (claims + 1U);
        const U256 cash = random.number() % (claims - 1U);
        const coverage::FirstMover now = coverage::first_mover({open, claims, cash});
        REQUIRE(*now.haircut_max >= *now.haircut);
        REQUIRE(*now.haircut_max <= wad());
        const coverage::FirstMover later = coverage::first_mover({open, claims, cash + 1U});
        REQUIRE(*later.advantage >= *now.advantage);
    }
}

TEST_CASE("the market view is never better than the oracle view, nor better by more slippage") {
    INFO("seed ", kSeed);
    RandomSource random{kSeed};
    for (int i = 0; i < 2'000; ++i) {
        const valuation::AccountValues values = account(random);
        const auto slippage = static_cast<std::uint32_t>(random.below(10'000));
        const valuation::Shortfalls seen = shortfalls_of(values, slippage);
        REQUIRE(*seen.oracle.shortfall >= *seen.asset_gap);
        REQUIRE(*seen.market.shortfall >= *seen.oracle.shortfall);
        REQUIRE(*seen.market.shortfall <= *values.debt_value);
        REQUIRE(*shortfalls_of(values, slippage + 1).market.shortfall >= *seen.market.shortfall);
    }
}

TEST_CASE("a shortfall in token units is never above a debt, nor below its exact part") {
    INFO("seed ", kSeed);
    RandomSource random{kSeed};
    for (int i = 0; i < 1'000; ++i) {
        const U256 debt_value = 1U + (random.number() >> 1);
        const U256 shortfall = random.number() % (debt_value + 1U);
        const std::vector<U256> amounts{random.number(), random.number()};
        const std::vector<U256> units =
            valuation::shortfall_by_debt(amounts, {shortfall, debt_value});
        for (std::size_t k = 0; k < amounts.size(); ++k) {
            REQUIRE(units[k] <= amounts[k]);
            REQUIRE(mul_div(units[k], debt_value, U256{1} << 255, Round::up) >=
                    mul_div(amounts[k], shortfall, U256{1} << 255, Round::down));
        }
    }
}

TEST_CASE("a debtor that fares worse is never in an earlier stage") {
    INFO("seed ", kSeed);
    RandomSource random{kSeed};
    const valuation::Policy policy;
    for (int i = 0; i < 2'000; ++i) {
        valuation::CreditState state;
        state.health_factor = wad() * (50 + random.below(100)) / 100U;
        state.seconds_below_one = random.below(7'200);
        state.is_flagged = random.below(4) == 0;
        state.shortfall = random.below(4) == 0 ? 1 : 0;
        valuation::CreditState worse = state;
        worse.health_factor = state.health_factor * random.below(100) / 100U;
        worse.seconds_below_one += random.below(7'200);
        worse.is_flagged = state.is_flagged || random.below(2) == 0;
        worse.shortfall += random.below(2);
        REQUIRE(stage_of(worse, policy) >= stage_of(state, policy));
    }
}

}  // namespace redink
