#include "accounting/valuation/bad_debt.hpp"

#include <doctest/doctest.h>

namespace redink::valuation {
namespace {

const DustPolicy kPolicy{10, 2};

}  // namespace

TEST_CASE("an account whose collateral brings in its debt is not impaired") {
    CHECK_FALSE(classify({100, 150, 140}, kPolicy).has_value());
    CHECK_FALSE(classify({100, 105, 100}, kPolicy).has_value());
    CHECK_FALSE(classify({0, 0, 0}, kPolicy).has_value());
}

TEST_CASE("the incipient band has no asset gap yet a liquidation shortfall") {
    // The example of the accounting method: D 100, V 103, bonus 5 %.
    const auto impairment = classify({100'000, 103'000, 98'095}, kPolicy);
    REQUIRE(impairment.has_value());
    CHECK(impairment->kind == BadDebtKind::latent);
    CHECK(impairment->liquidation_shortfall == 1'905);
    CHECK(impairment->asset_gap == 0);
}

TEST_CASE("debt without collateral value is orphaned, however small") {
    CHECK(classify({1, 0, 0}, kPolicy)->kind == BadDebtKind::orphaned);
    CHECK(classify({1'000, 0, 0}, kPolicy)->asset_gap == 1'000);
}

TEST_CASE("a debt below the policy's smallest is dust, a large one behind dust is blocked") {
    CHECK(classify({9, 3, 2}, kPolicy)->kind == BadDebtKind::dust);
    CHECK(classify({10, 3, 2}, kPolicy)->kind == BadDebtKind::blocked);
    CHECK(classify({1'000, 42, 40}, kPolicy)->kind == BadDebtKind::blocked);
    CHECK(classify({1'000, 63, 60}, kPolicy)->kind == BadDebtKind::latent);
}

TEST_CASE("every kind has a name of its own") {
    CHECK(name_of(BadDebtKind::orphaned) == "orphaned");
    CHECK(name_of(BadDebtKind::blocked) == "blocked");
    CHECK(name_of(BadDebtKind::dust) == "dust");
    CHECK(name_of(BadDebtKind::latent) == "latent");
}

}  // namespace redink::valuation
