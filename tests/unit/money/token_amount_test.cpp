#include "accounting/money/token_amount.hpp"

#include <stdexcept>

#include <doctest/doctest.h>

#include "tests/support/boundary_numbers.hpp"

namespace redink {
namespace {

constexpr AssetId kUsdc{{1}};
constexpr AssetId kWeth{{2}};

}  // namespace

TEST_CASE("amounts of one asset add up and come apart again") {
    const TokenAmount sum = TokenAmount{kUsdc, 7} + TokenAmount{kUsdc, 5};
    CHECK(sum == TokenAmount{kUsdc, 12});
    CHECK(sum - TokenAmount{kUsdc, 5} == TokenAmount{kUsdc, 7});
    CHECK(sum != TokenAmount{kWeth, 12});
}

TEST_CASE("amounts of two assets have no sum and no difference") {
    CHECK_THROWS_AS((void)(TokenAmount{kUsdc, 1} + TokenAmount{kWeth, 1}), std::logic_error);
    CHECK_THROWS_AS((void)(TokenAmount{kUsdc, 1} - TokenAmount{kWeth, 1}), std::logic_error);
}

TEST_CASE("every pair of boundary amounts is exact or refused") {
    for (const U256& a : test::boundary_numbers()) {
        for (const U256& b : test::boundary_numbers()) {
            CAPTURE(to_decimal(a));
            CAPTURE(to_decimal(b));
            const TokenAmount left{kUsdc, a};
            const TokenAmount right{kUsdc, b};
            if (a > max_u256() - b) {
                CHECK_THROWS_AS((void)(left + right), std::overflow_error);
            } else {
                CHECK((left + right) - right == left);
            }
            if (a < b) {
                CHECK_THROWS_AS((void)(left - right), std::range_error);
            } else {
                CHECK((left - right) + right == left);
            }
        }
    }
}

}  // namespace redink
