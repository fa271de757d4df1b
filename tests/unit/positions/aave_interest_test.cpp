#include "accounting/positions/aave_interest.hpp"

#include <doctest/doctest.h>

#include "accounting/money/ray.hpp"

namespace redink::positions {
namespace {

AaveVersion version(const char* text) {
    return AaveVersion::parse(text).value();
}

U256 number(const char* digits) {
    return from_decimal(digits).value();
}

constexpr std::uint64_t kThirtyDays = 2'592'000;

}  // namespace

TEST_CASE("linear interest is the yearly rate times the part of the year, cut") {
    const U256 rate = ray() / 10U;
    CHECK(linear_interest(rate, 0) == ray());
    CHECK(linear_interest(rate, 31'536'000) == ray() + rate);
    CHECK(linear_interest(U256{1}, 31'535'999) == ray());
}

TEST_CASE("compound interest has two formulas that differ in the last digits") {
    const U256 rate = ray() * 3U / 100U;
    // Computed with arbitrary precision integers from MathUtils.sol of 3.0.1 and 3.6.0.
    CHECK(compound_interest(version("3.0"), rate, kThirtyDays) ==
          number("1002468793393457327637039342"));
    CHECK(compound_interest(version("3.3"), rate, kThirtyDays) ==
          compound_interest(version("3.0"), rate, kThirtyDays));
    CHECK(compound_interest(version("3.4"), rate, kThirtyDays) ==
          number("1002468795893238598827300606"));
    CHECK(compound_interest(version("3.7"), rate, 0) == ray());
    CHECK(compound_interest(version("3.0"), rate, 1) == ray() + rate / 31'536'000U);
}

TEST_CASE("an index at its own time is the stored one") {
    const Index index{ray() * 2U, ray() / 20U, 1'000};
    CHECK(supply_index_at(index, 1'000) == index.value);
    CHECK(debt_index_at(version("3.6"), index, 1'000) == index.value);
    CHECK(supply_index_at(index, 1'001) > index.value);
}

TEST_CASE("balances round half up until 3.4 and towards the protocol from 3.5") {
    const U256 index = ray() + ray() / 2U;
    CHECK(supply_amount(version("3.4"), 1, index) == 2);
    CHECK(debt_amount(version("3.4"), 1, index) == 2);
    CHECK(supply_amount(version("3.5"), 1, index) == 1);
    CHECK(debt_amount(version("3.5"), 1, index) == 2);
}

TEST_CASE("a scaled balance is recovered from its amount as indexes are at least one ray") {
    for (const char* digits : {"1000000000000000000000000000",
                               "1000000000000000000000000001",
                               "1021284178638263980942446372",
                               "2999999999999999999999999999"}) {
        const U256 index = number(digits);
        for (std::uint64_t scaled = 0; scaled < 500; ++scaled) {
            const U256 supply = supply_amount(version("3.5"), scaled, index);
            const U256 debt = debt_amount(version("3.5"), scaled, index);
            CHECK(scaled_supply_of(supply, index) == scaled);
            CHECK(scaled_debt_of(debt, index) == scaled);
        }
    }
}

TEST_CASE("stable debt without principal is zero whatever its rate") {
    CHECK(stable_debt_amount(version("3.0"), {0, ray(), 0}, 1'700'000'000) == 0);
    CHECK(stable_debt_amount(version("3.0"), {100, 0, 5}, 5) == 100);
}

TEST_CASE("versions are read from text, from the pool and from storage") {
    CHECK(version("3.0").code() == 301);
    CHECK(version("3.0.0").code() == 300);
    CHECK(version("3.6.0").code() == 360);
    CHECK(version("3.6").text() == "3.6");
    CHECK(version("3.0").text() == "3.0");
    CHECK_FALSE(AaveVersion::parse("3.8").has_value());
    CHECK_FALSE(AaveVersion::parse("").has_value());
    CHECK_FALSE(AaveVersion::parse("2.0").has_value());
    CHECK(AaveVersion::from_pool_revision(10)->code() == 360);
    CHECK(AaveVersion::from_pool_revision(1)->code() == 301);
    CHECK_FALSE(AaveVersion::from_pool_revision(12).has_value());
    CHECK(AaveVersion::from_code(350)->directed_rounding());
    CHECK_FALSE(AaveVersion::from_code(351).has_value());
}

}  // namespace redink::positions
