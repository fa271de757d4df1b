#include "accounting/coverage/recovery_time.hpp"

#include <vector>

#include <doctest/doctest.h>

namespace redink::coverage {
namespace {

using Days = std::vector<SignedUnits>;

SignedUnits plus(std::uint64_t units) {
    return SignedUnits::plus(units);
}

SignedUnits minus(std::uint64_t units) {
    return SignedUnits::minus(units);
}

}  // namespace

TEST_CASE("the median income is the middle one, whatever the order") {
    CHECK(median_income(Days{plus(9), minus(5), plus(3)}) == plus(3));
    CHECK(median_income(Days{plus(4), plus(1), plus(9), plus(2)}) == plus(3));
    CHECK(median_income(Days{plus(4), minus(7)}) == minus(2));
    CHECK(median_income(Days{minus(3), minus(9)}) == minus(6));
    CHECK_FALSE(median_income({}).has_value());
}

TEST_CASE("an open loss is covered by income in whole days") {
    CHECK(days_to_cover(1'000, Days{plus(300)}) == TimeTo{TimeTo::State::finite, 4});
    CHECK(days_to_cover(1'000, Days{plus(500)}, {5'000}) == TimeTo{TimeTo::State::finite, 4});
    CHECK(days_to_cover(0, {}).state == TimeTo::State::done);
}

TEST_CASE("without income a loss is never covered") {
    CHECK(days_to_cover(1, Days{}).state == TimeTo::State::never);
    CHECK(days_to_cover(1, Days{minus(5)}).state == TimeTo::State::never);
    CHECK(days_to_cover(1, Days{plus(0)}).state == TimeTo::State::never);
    CHECK(days_to_cover(1, Days{plus(5)}, {10'000}).state == TimeTo::State::never);
}

TEST_CASE("the recognition lag grows until the contract says it") {
    CHECK(recognition_lag({100, 150}, 200) == RecognitionLag{50, true});
    CHECK(recognition_lag({100, std::nullopt}, 200) == RecognitionLag{100, false});
    CHECK(recognition_lag({100, 250}, 200) == RecognitionLag{100, false});
}

TEST_CASE("a loss that was recognised at once has no lag") {
    CHECK(recognition_lag({std::nullopt, 150}, 200) == RecognitionLag{0, true});
    CHECK(recognition_lag({160, 150}, 200) == RecognitionLag{0, true});
    CHECK_FALSE(recognition_lag({}, 200).has_value());
    CHECK_FALSE(recognition_lag({250, std::nullopt}, 200).has_value());
}

}  // namespace redink::coverage
