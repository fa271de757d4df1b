#pragma once

#include <optional>

#include "accounting/money/u256.hpp"

namespace redink {

/// A part of a whole in wad: 10^18 is 100 %. Empty where the whole is nothing, which reports print
/// as "no exposure" and never as 0 % or 100 %.
using Ratio = std::optional<U256>;

/// An exact ratio: nothing is rounded until somebody has to look at it.
struct Fraction {
    U256 part;
    U256 whole;

    friend bool operator==(const Fraction&, const Fraction&) = default;
};

/// In wad, rounded as told; empty when the whole is zero. Throws std::overflow_error when the
/// result does not fit 256 bits.
[[nodiscard]] Ratio to_wad(const Fraction& fraction, Round round);

/// In parts per million, rounded as told; empty when the whole is zero.
[[nodiscard]] Ratio to_ppm(const Fraction& fraction, Round round);

}  // namespace redink
