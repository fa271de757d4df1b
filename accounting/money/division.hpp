#pragma once

#include "accounting/money/u256.hpp"

namespace redink {

/// A whole quotient and what is left.
struct Division {
    U256 quotient;
    U256 remainder;

    friend bool operator==(const Division&, const Division&) = default;
};

/// a * b = quotient * d + remainder, through 512 bits, remainder below d. Throws
/// std::overflow_error when d is zero or the quotient does not fit 256 bits.
[[nodiscard]] Division mul_divide(const U256& a, const U256& b, const U256& d);

}  // namespace redink
