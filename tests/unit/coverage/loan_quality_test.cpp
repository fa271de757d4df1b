#include "accounting/coverage/loan_quality.hpp"

#include <doctest/doctest.h>

#include "accounting/money/ray.hpp"

namespace redink::coverage {
namespace {

// The worked run at its first valuation: one loan of 100,000 in 800,000 is impaired by 9,486.
const LoanBook kBook{800'000, 100'000, 9'486, 9'486};

}  // namespace

TEST_CASE("loan ratios are those of the worked run") {
    CHECK(npl_ratio(kBook) == wad() / 8U);
    CHECK(npl_cover(kBook) == U256{94'860'000'000'000'000U});
    CHECK(provision_cover(kBook, 18'972) == wad() / 2U);
    CHECK(texas_ratio(kBook, 90'514) == wad());
}

TEST_CASE("risk is rounded up and cover down") {
    const LoanBook book{3, 1, 1, 1};
    CHECK(npl_ratio(book) == U256{333'333'333'333'333'334U});
    CHECK(npl_cover({9, 3, 1, 1}) == U256{333'333'333'333'333'333U});
}

TEST_CASE("without loans, bad loans or expected loss there is no ratio") {
    const LoanBook sound{100, 0, 0, 0};
    CHECK(npl_ratio(sound) == U256{0});
    CHECK_FALSE(npl_ratio({}).has_value());
    CHECK_FALSE(npl_cover(sound).has_value());
    CHECK_FALSE(provision_cover(sound, 0).has_value());
    CHECK_FALSE(texas_ratio(sound, 5).has_value());
}

TEST_CASE("bad loans without any cushion are without measure") {
    CHECK(texas_ratio({100, 10, 0, 0}, 0) == max_u256());
}

}  // namespace redink::coverage
