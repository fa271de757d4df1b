#include <algorithm>
#include <array>

#include <doctest/doctest.h>

#include "indexer/chain/word.hpp"
#include "tests/property/random_source.hpp"

namespace redink {
namespace {

/// A slow number of 544 bits in digits of 32: long multiplication and division as on paper, sharing
/// nothing with the library under test. Lowest digit first.
using Slow = std::array<std::uint32_t, 17>;

Slow slow_of(const U256& value) {
    const std::string text = chain::to_word(value).hex().substr(2);
    Slow slow{};
    for (std::size_t i = 0; i < 8; ++i) {
        slow[i] = static_cast<std::uint32_t>(std::stoul(text.substr(56 - 8 * i, 8), nullptr, 16));
    }
    return slow;
}

int compare(const Slow& a, const Slow& b) {
    for (std::size_t i = a.size(); i-- > 0;) {
        if (a[i] != b[i]) {
            return a[i] < b[i] ? -1 : 1;
        }
    }
    return 0;
}

Slow multiply(const Slow& a, const Slow& b) {
    Slow product{};
    for (std::size_t i = 0; i < 8; ++i) {
        std::uint64_t carry = 0;
        for (std::size_t j = 0; j < 8; ++j) {
            carry += std::uint64_t{a[i]} * b[j] + product[i + j];
            product[i + j] = static_cast<std::uint32_t>(carry);
            carry >>= 32;
        }
        product[i + 8] = static_cast<std::uint32_t>(carry);
    }
    return product;
}

void shift_in(Slow& a, std::uint32_t bit) {
    for (std::uint32_t& digit : a) {
        const std::uint32_t out = digit >> 31;
        digit = digit << 1 | bit;
        bit = out;
    }
}

void subtract(Slow& a, const Slow& b) {
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const std::uint64_t digit = std::uint64_t{a[i]} - b[i] - borrow;
        a[i] = static_cast<std::uint32_t>(digit);
        borrow = digit >> 63;
    }
}

/// The quotient, rounded; the divisor must not be zero.
Slow divide(const Slow& a, const Slow& d, Round round) {
    Slow quotient{};
    Slow rest{};
    for (std::size_t bit = 544; bit-- > 0;) {
        shift_in(rest, a[bit / 32] >> (bit % 32) & 1U);
        const bool fits = compare(rest, d) >= 0;
        if (fits) {
            subtract(rest, d);
        }
        shift_in(quotient, fits ? 1 : 0);
    }
    Slow twice = rest;
    shift_in(twice, 0);
    const bool up = (round == Round::up && rest != Slow{}) ||
                    (round == Round::half_up && compare(twice, d) >= 0);
    for (std::size_t i = 0; up && i < quotient.size(); ++i) {
        if (++quotient[i] != 0) {
            break;
        }
    }
    return quotient;
}

bool fits_256(const Slow& value) {
    return std::all_of(value.begin() + 8, value.end(), [](auto digit) { return digit == 0; });
}

std::string slow_decimal(Slow value) {
    std::string text;
    do {
        std::uint64_t rest = 0;
        for (std::size_t i = value.size(); i-- > 0;) {
            rest = rest << 32 | value[i];
            value[i] = static_cast<std::uint32_t>(rest / 10);
            rest %= 10;
        }
        text.insert(text.begin(), static_cast<char>('0' + rest));
    } while (value != Slow{});
    return text;
}

void check_mul_div(const U256& a, const U256& b, const U256& d) {
    for (const Round round : {Round::down, Round::up, Round::half_up}) {
        CAPTURE(to_decimal(a));
        CAPTURE(to_decimal(b));
        CAPTURE(to_decimal(d));
        CAPTURE(static_cast<int>(round));
        if (d.is_zero()) {
            REQUIRE_THROWS_AS((void)mul_div(a, b, d, round), std::overflow_error);
            continue;
        }
        const Slow expected = divide(multiply(slow_of(a), slow_of(b)), slow_of(d), round);
        if (fits_256(expected)) {
            REQUIRE(slow_of(mul_div(a, b, d, round)) == expected);
        } else {
            REQUIRE_THROWS_AS((void)mul_div(a, b, d, round), std::overflow_error);
        }
    }
}

/// Numbers at which carries, signs and overflows happen.
std::vector<U256> boundaries() {
    std::vector<U256> numbers{0, 1, U256{max_u256() - 1U}, max_u256()};
    for (const std::string pattern : {"55", "7f", "80", "aa"}) {
        std::string repeated;
        std::string leading = pattern;
        for (int i = 0; i < 32; ++i) {
            repeated += pattern;
        }
        leading += std::string(62, pattern == "7f" ? 'f' : '0');
        numbers.push_back(*chain::parse_big_quantity("0x" + repeated));
        numbers.push_back(*chain::parse_big_quantity("0x" + leading));
    }
    return numbers;
}

}  // namespace

TEST_CASE("mul_div equals long division at every combination of boundary numbers") {
    for (const U256& a : boundaries()) {
        for (const U256& b : boundaries()) {
            for (const U256& d : boundaries()) {
                check_mul_div(a, b, d);
            }
        }
    }
}

TEST_CASE("mul_div equals long division for numbers of every length") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    for (int i = 0; i < 1000; ++i) {
        check_mul_div(random.number(), random.number(), random.number());
    }
}

TEST_CASE("decimals equal those made digit by digit, and come back") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    std::vector<U256> numbers = boundaries();
    for (unsigned exponent = 0; exponent <= 77; ++exponent) {
        numbers.push_back(pow10(exponent));
        numbers.push_back(U256{pow10(exponent) - 1U});
    }
    for (int i = 0; i < 1000; ++i) {
        numbers.push_back(random.number());
    }
    for (const U256& number : numbers) {
        const std::string text = to_decimal(number);
        REQUIRE(text == slow_decimal(slow_of(number)));
        REQUIRE(from_decimal(text) == number);
    }
}

}  // namespace redink
