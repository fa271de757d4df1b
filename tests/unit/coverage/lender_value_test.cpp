#include "accounting/coverage/lender_value.hpp"

#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"
#include "accounting/money/ray.hpp"

namespace redink::coverage {

TEST_CASE("a claim is worth what stands behind it, cover included") {
    // Worked run after recognition: cash 280,000, loans 699,000 + 1,000, deficit 21,000 of claims
    // 1,001,000, fully allowed for; treasury and insurance would pay 17,000.
    LenderAssets assets{280'000, 700'000, 21'000, 21'000, 0, 17'000, 1'001'000};
    const LenderValue value = lender_value(assets);
    CHECK(value.net_assets == 997'000);
    CHECK(value.per_claim == U256{996'003'996'003'996'003U});
    CHECK(value.shortfall == U256{3'996'003'996'003'997U});
    assets.expected_cover = 21'000;
    CHECK(lender_value(assets).per_claim == wad());
    CHECK(lender_value(assets).shortfall == U256{0});
}

TEST_CASE("without claims there is no value of one") {
    CHECK_FALSE(lender_value({5, 0, 0, 0, 0, 0, 0}).per_claim.has_value());
}

TEST_CASE("an allowance above what is owed is refused") {
    CHECK_THROWS_AS((void)lender_value({5, 10, 5, 10, 6, 0, 20}), InvariantBroken);
}

TEST_CASE("the book share price ignores what nobody recognised") {
    CHECK(book_share_price(1'050, 1'000) == wad() * 21U / 20U);
    CHECK_FALSE(book_share_price(5, 0).has_value());
}

}  // namespace redink::coverage
