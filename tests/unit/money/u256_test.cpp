#include "accounting/money/u256.hpp"

#include <doctest/doctest.h>

namespace redink {

TEST_CASE("mul_div rounds as it is told") {
    CHECK(mul_div(7, 1, 2, Round::down) == 3);
    CHECK(mul_div(7, 1, 2, Round::up) == 4);
    CHECK(mul_div(7, 1, 2, Round::half_up) == 4);
    CHECK(mul_div(5, 1, 3, Round::half_up) == 2);
    CHECK(mul_div(4, 1, 3, Round::half_up) == 1);
    CHECK(mul_div(6, 1, 3, Round::up) == 2);
    CHECK(mul_div(0, 5, 3, Round::up) == 0);
}

TEST_CASE("mul_div goes through 512 bits and refuses what does not fit 256") {
    CHECK(mul_div(max_u256(), max_u256(), max_u256(), Round::down) == max_u256());
    CHECK(mul_div(max_u256(), 1, 1, Round::up) == max_u256());
    CHECK_THROWS_AS((void)mul_div(max_u256(), 2, 1, Round::down), std::overflow_error);
    CHECK_THROWS_AS((void)mul_div(1, 1, 0, Round::down), std::overflow_error);
    const U256 half = U256{1} << 128;
    CHECK_THROWS_AS((void)mul_div(half, half, 1, Round::down), std::overflow_error);
    CHECK(mul_div(half, half, 2, Round::down) == U256{1} << 255);
}

TEST_CASE("arithmetic is checked") {
    CHECK_THROWS_AS((void)U256{max_u256() + 1U}, std::overflow_error);
    CHECK_THROWS_AS((void)U256{U256{1} - U256{2}}, std::range_error);
}

TEST_CASE("powers of ten stop where 256 bits do") {
    CHECK(pow10(0) == 1);
    CHECK(to_decimal(pow10(77)) == "1" + std::string(77, '0'));
    CHECK_THROWS_AS((void)pow10(78), std::overflow_error);
}

TEST_CASE("decimals are written and read without loss") {
    const std::string max =
        "115792089237316195423570985008687907853269984665640564039457584007913129639935";
    CHECK(to_decimal(0) == "0");
    CHECK(to_decimal(max_u256()) == max);
    CHECK(from_decimal(max) == max_u256());
    CHECK(to_decimal(U256{1} << 64) == "18446744073709551616");
    CHECK(to_decimal(pow10(38)) == "1" + std::string(38, '0'));
}

TEST_CASE("text that is no decimal below 2^256 is empty") {
    for (const std::string text :
         {"",
          " 1",
          "1 ",
          "-1",
          "+1",
          "1.0",
          "0x1",
          "1e3",
          "1_000",
          "115792089237316195423570985008687907853269984665640564039457584007913129639936",
          "999999999999999999999999999999999999999999999999999999999999999999999999999999"}) {
        CAPTURE(text);
        CHECK_FALSE(from_decimal(text));
    }
    CHECK_FALSE(from_decimal(std::string(79, '1')));
}

}  // namespace redink
