#include "accounting/coverage/run_risk.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "accounting/money/ray.hpp"

namespace redink::coverage {

TEST_CASE("who leaves first is better off by the example of the method") {
    const FirstMover result = first_mover({21'000, 1'000'000, 200'000});
    CHECK(result.haircut == U256{21'000'000'000'000'000U});
    CHECK(result.haircut_max == U256{26'250'000'000'000'000U});
    CHECK(result.advantage == U256{5'250'000'000'000'000U});
}

TEST_CASE("where cash pays everybody nobody has to stay") {
    const FirstMover result = first_mover({5, 100, 100});
    CHECK(result.haircut == wad() / 20U);
    CHECK_FALSE(result.haircut_max.has_value());
    CHECK_FALSE(result.advantage.has_value());
    CHECK_FALSE(first_mover({}).haircut.has_value());
}

TEST_CASE("nobody loses more than all") {
    const FirstMover result = first_mover({90, 100, 50});
    CHECK(result.haircut_max == wad());
    CHECK(result.advantage == wad() / 10U);
}

TEST_CASE("leakage adds what each early withdrawal took from those who stayed") {
    CHECK(leakage(std::vector<EarlyWithdrawal>{
              {100'000, {21'000, 1'000'000}}, {50'000, {21'000, 900'000}}, {7, {0, 0}}}) ==
          2'100 + 1'166);
    CHECK(leakage({}) == 0);
}

}  // namespace redink::coverage
