#include "accounting/valuation/shortfall.hpp"

#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"

namespace redink::valuation {
namespace {

Collateral priced(std::uint64_t oracle, std::uint64_t market) {
    return {U256{oracle}, 10'500, U256{market}, PriceState::valued};
}

}  // namespace

TEST_CASE("the oracle's and the market's shortfall stand side by side") {
    // The worked run: debt 100,000, collateral 96,000, bonus 5 %, slippage 1 %.
    const Shortfalls seen = shortfalls_of({U256{100'000}, {priced(96'000, 90'000)}}, 100);
    CHECK(seen.collateral_value == U256{96'000});
    CHECK(seen.asset_gap == U256{4'000});
    CHECK(seen.oracle == ShortfallView{PriceState::valued, U256{91'428}, U256{8'572}});
    CHECK(seen.market == ShortfallView{PriceState::valued, U256{89'100}, U256{10'900}});
}

TEST_CASE("the market never makes collateral worth more than liquidation at the oracle's price") {
    const Shortfalls seen = shortfalls_of({U256{100'000}, {priced(96'000, 500'000)}}, 0);
    CHECK(seen.market == seen.oracle);
}

TEST_CASE("each collateral counts at the lower of its own values") {
    const AccountValues account{U256{300}, {priced(105, 50), priced(210, 400)}};
    const Shortfalls seen = shortfalls_of(account, 0);
    CHECK(seen.oracle.realisable == U256{300});
    CHECK(seen.oracle.shortfall == U256{0});
    CHECK(seen.market.realisable == U256{250});
    CHECK(seen.market.shortfall == U256{50});
}

TEST_CASE("a missing market price empties the market view only") {
    AccountValues account{U256{100}, {priced(96, 90), priced(50, 50)}};
    account.collateral[1].market_value.reset();
    const Shortfalls seen = shortfalls_of(account, 100);
    CHECK(seen.oracle.state == PriceState::valued);
    CHECK(seen.market == ShortfallView{PriceState::missing, std::nullopt, std::nullopt});
}

TEST_CASE("a stale market price empties the market view and says stale, unless one is missing") {
    AccountValues account{U256{100}, {priced(96, 90), priced(50, 50)}};
    account.collateral[0].market_state = PriceState::stale;
    CHECK(shortfalls_of(account, 100).market ==
          ShortfallView{PriceState::stale, std::nullopt, std::nullopt});
    account.collateral[1].market_state = PriceState::missing;
    CHECK(shortfalls_of(account, 100).market.state == PriceState::missing);
}

TEST_CASE("without the oracle's price nothing is told, and nothing is zero") {
    AccountValues account{U256{100}, {priced(96, 90)}};
    account.collateral[0].oracle_value.reset();
    const Shortfalls seen = shortfalls_of(account, 100);
    CHECK(seen.oracle.state == PriceState::missing);
    CHECK(seen.market.state == PriceState::missing);
    CHECK_FALSE(seen.asset_gap.has_value());
    CHECK_FALSE(seen.oracle.shortfall.has_value());
    account = {std::nullopt, {priced(96, 90)}};
    CHECK(shortfalls_of(account, 100).oracle.state == PriceState::missing);
}

TEST_CASE("debt without collateral is short by all of it in both views") {
    const Shortfalls seen = shortfalls_of({U256{70}, {}}, 100);
    CHECK(seen.oracle.shortfall == U256{70});
    CHECK(seen.market == seen.oracle);
}

TEST_CASE("a shortfall falls on debts pro rata by value, in token units rounded up") {
    CHECK(shortfall_by_debt(std::vector<U256>{1'000, 7}, {1, 3}) == std::vector<U256>{334, 3});
    CHECK(shortfall_by_debt(std::vector<U256>{1'000, 7}, {3, 3}) == std::vector<U256>{1'000, 7});
    CHECK(shortfall_by_debt(std::vector<U256>{5}, {0, 0}) == std::vector<U256>{0});
    CHECK_THROWS_AS((void)shortfall_by_debt({}, {2, 1}), InvariantBroken);
}

TEST_CASE("every price state has a name of its own") {
    CHECK(name_of(PriceState::valued) == "valued");
    CHECK(name_of(PriceState::stale) == "stale");
    CHECK(name_of(PriceState::missing) == "missing");
}

}  // namespace redink::valuation
