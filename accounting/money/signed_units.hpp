#pragma once

#include "accounting/money/u256.hpp"

namespace redink {

/// A difference of amounts: magnitude and direction. Zero is never negative.
class SignedUnits {
  public:
    SignedUnits() = default;

    /// after - before.
    [[nodiscard]] static SignedUnits difference(const U256& after, const U256& before);
    [[nodiscard]] static SignedUnits plus(const U256& units);
    [[nodiscard]] static SignedUnits minus(const U256& units);

    [[nodiscard]] bool is_negative() const {
        return negative_;
    }

    [[nodiscard]] bool is_zero() const {
        return units_.is_zero();
    }

    /// The size without the direction.
    [[nodiscard]] const U256& units() const {
        return units_;
    }

    /// Throw std::overflow_error when the magnitude reaches 2^256.
    friend SignedUnits operator+(const SignedUnits& a, const SignedUnits& b);
    friend SignedUnits operator-(const SignedUnits& a, const SignedUnits& b);

    friend bool operator==(const SignedUnits&, const SignedUnits&) = default;

  private:
    U256 units_;
    bool negative_ = false;
};

}  // namespace redink
