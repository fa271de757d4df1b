#include "accounting/money/division.hpp"

#include <stdexcept>

#include <doctest/doctest.h>

namespace redink {

TEST_CASE("a division gives back what it was made from") {
    CHECK(mul_divide(7, 5, 4) == Division{8, 3});
    CHECK(mul_divide(0, 5, 4) == Division{0, 0});
    CHECK(mul_divide(max_u256(), max_u256(), max_u256()) == Division{max_u256(), 0});
    CHECK(mul_divide(max_u256(), 1, 2) == Division{max_u256() / 2U, 1});
}

TEST_CASE("a division refuses zero and a quotient that is too large") {
    CHECK_THROWS_AS((void)mul_divide(1, 1, 0), std::overflow_error);
    CHECK_THROWS_AS((void)mul_divide(max_u256(), 2, 1), std::overflow_error);
}

}  // namespace redink
