#include "accounting/waterfall/haircut.hpp"

#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"

namespace redink::waterfall {
namespace {

const PartyId kAnna{{1}};
const PartyId kBen{{2}};
const PartyId kCleo{{3}};

}  // namespace

TEST_CASE("a haircut is the exact part of the claims, rounded for display only") {
    // The example of the accounting method: 21,000 on claims of 1,000,000.
    CHECK(haircut(21'000, 1'000'000) == Fraction{21'000, 1'000'000});
    CHECK(to_ppm(haircut(21'000, 1'000'000), Round::up) == U256{21'000});
    CHECK_FALSE(to_ppm(haircut(0, 0), Round::up).has_value());
}

TEST_CASE("lenders share a loss pro rata and to the unit") {
    const std::vector<Claim> claims{{kAnna, 1}, {kBen, 2}, {kCleo, 4}};
    CHECK(share_loss(5, claims) ==
          std::vector<LenderLoss>{{kAnna, 1, 1}, {kBen, 2, 1}, {kCleo, 4, 3}});
    CHECK(share_loss(7, claims)[2].loss == 4);
    CHECK_THROWS_AS((void)share_loss(8, claims), InvariantBroken);
}

TEST_CASE("a share pool converts as Morpho Blue does, rounded down") {
    // 1,000 assets and 10^9 shares, 1 virtual asset and 10^6 virtual shares.
    const SharePool pool{1'000, 1'000'000'000, 1, 1'000'000};
    CHECK(pool.to_assets(1'000'000'000) == 1'000);
    CHECK(pool.to_assets(500'000'000) == 500);
    CHECK(pool.to_assets(999'999) == 0);
    CHECK(SharePool{}.to_assets(0) == 0);
}

TEST_CASE("by share price each lender loses the difference of its worth before and after") {
    const SharePool pool{1'000, 1'000, 0, 0};
    const std::vector<ShareHolding> holdings{{kAnna, 333}, {kBen, 333}, {kCleo, 334}};
    // After a loss of 100 a share is worth 0.9: 299.7, 299.7 and 300.6, rounded down.
    CHECK(share_loss_by_price(100, pool, holdings) ==
          std::vector<LenderLoss>{{kAnna, 333, 34}, {kBen, 333, 34}, {kCleo, 334, 34}});
}

TEST_CASE("the virtual shares of a pool bear their part of a loss") {
    // One lender and as many virtual shares: each bears half.
    const SharePool pool{999'999, 1'000'000, 1, 1'000'000};
    CHECK(share_loss_by_price(200, pool, std::vector<ShareHolding>{{kAnna, 1'000'000}})[0].loss ==
          100);
}

TEST_CASE("holdings that are not the whole pool, and a loss above it, are refused") {
    const SharePool pool{1'000, 1'000, 0, 0};
    CHECK_THROWS_AS((void)share_loss_by_price(1, pool, std::vector<ShareHolding>{{kAnna, 999}}),
                    InvariantBroken);
    CHECK_THROWS_AS(
        (void)share_loss_by_price(1'001, pool, std::vector<ShareHolding>{{kAnna, 1'000}}),
        InvariantBroken);
}

}  // namespace redink::waterfall
