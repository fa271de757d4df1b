#include "accounting/coverage/ageing.hpp"

#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"
#include "accounting/money/ray.hpp"

namespace redink::coverage {
namespace {

constexpr std::uint64_t kDay = 86'400;

}  // namespace

TEST_CASE("an age belongs to one bucket, a whole day to the younger one") {
    CHECK(age_bucket(0) == 0);
    CHECK(age_bucket(kDay) == 0);
    CHECK(age_bucket(kDay + 1) == 1);
    CHECK(age_bucket(30 * kDay) == 2);
    CHECK(age_bucket(90 * kDay) == 3);
    CHECK(age_bucket(90 * kDay + 1) == 4);
    CHECK(age_bucket_name(0) == "0-1 d");
    CHECK(age_bucket_name(4) == ">90 d");
}

TEST_CASE("open debt is aged at a time, without what came later") {
    const std::uint64_t now = 1'000 * kDay;
    const std::vector<OpenDebt> debts{
        {5, now}, {7, now - kDay}, {11, now - 8 * kDay}, {13, 0}, {17, now + 1}};
    CHECK(ageing(debts, now) == ByAge{12, 0, 11, 0, 13});
}

TEST_CASE("the cure rate is of what was impaired") {
    CHECK(cure_rate({100, 25}) == wad() / 4U);
    CHECK_FALSE(cure_rate({}).has_value());
    CHECK_THROWS_AS((void)cure_rate({1, 2}), InvariantBroken);
}

TEST_CASE("a vintage tells what came back by age, cumulatively") {
    const std::uint64_t month = 30 * kDay;
    const std::vector<RecognisedDebt> debts{
        {100, 10, {{20, 10 + kDay}, {30, 10 + 8 * kDay}}},
        {300, month - 1, {{100, month + 100 * kDay}, {4, 5}}},
        {50, month, {}},
    };
    const std::vector<Vintage> table = vintage_table(debts, month);
    REQUIRE(table.size() == 2);
    CHECK(table[0].from == 0);
    CHECK(table[0].recognised == 400);
    CHECK(table[0].recovered == ByAge{24, 24, 54, 54, 154});
    CHECK(table[0].rate[0] == wad() * 24U / 400U);
    CHECK(table[1].from == month);
    CHECK(table[1].rate[4] == U256{0});
}

}  // namespace redink::coverage
