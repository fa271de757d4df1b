#include "accounting/money/signed_units.hpp"

#include <stdexcept>

#include <doctest/doctest.h>

#include "tests/support/boundary_numbers.hpp"

namespace redink {
namespace {

using BigInt = boost::multiprecision::cpp_int;

BigInt big(const SignedUnits& value) {
    const BigInt units{value.units()};
    return value.is_negative() ? BigInt{-units} : units;
}

std::vector<SignedUnits> boundaries() {
    std::vector<SignedUnits> all;
    for (const U256& units : test::boundary_numbers()) {
        all.push_back(SignedUnits::plus(units));
        all.push_back(SignedUnits::minus(units));
    }
    return all;
}

}  // namespace

TEST_CASE("a difference tells its direction and zero has none") {
    CHECK(SignedUnits::difference(7, 5) == SignedUnits::plus(2));
    CHECK(SignedUnits::difference(5, 7) == SignedUnits::minus(2));
    CHECK(SignedUnits::difference(5, 5) == SignedUnits{});
    CHECK_FALSE(SignedUnits::minus(0).is_negative());
    CHECK(SignedUnits::minus(0) == SignedUnits::plus(0));
    CHECK(SignedUnits{}.is_zero());
}

TEST_CASE("sums and differences of boundary values equal those of unbounded integers") {
    const BigInt limit = BigInt{1} << 256;
    const auto check = [&limit](const BigInt& expected, auto make) {
        if (abs(expected) >= limit) {
            CHECK_THROWS_AS((void)make(), std::overflow_error);
        } else {
            CHECK(big(make()) == expected);
        }
    };
    for (const SignedUnits& a : boundaries()) {
        for (const SignedUnits& b : boundaries()) {
            CAPTURE(big(a).str());
            CAPTURE(big(b).str());
            check(BigInt{big(a) + big(b)}, [&] { return a + b; });
            check(BigInt{big(a) - big(b)}, [&] { return a - b; });
        }
    }
}

}  // namespace redink
