#include "accounting/money/signed_units.hpp"

namespace redink {

SignedUnits SignedUnits::difference(const U256& after, const U256& before) {
    return after < before ? minus(U256{before - after}) : plus(U256{after - before});
}

SignedUnits SignedUnits::plus(const U256& units) {
    SignedUnits value;
    value.units_ = units;
    return value;
}

SignedUnits SignedUnits::minus(const U256& units) {
    SignedUnits value = plus(units);
    value.negative_ = !units.is_zero();
    return value;
}

SignedUnits operator+(const SignedUnits& a, const SignedUnits& b) {
    if (a.negative_ == b.negative_) {
        const U256 sum{a.units_ + b.units_};
        return a.negative_ ? SignedUnits::minus(sum) : SignedUnits::plus(sum);
    }
    return a.negative_ ? SignedUnits::difference(b.units_, a.units_)
                       : SignedUnits::difference(a.units_, b.units_);
}

SignedUnits operator-(const SignedUnits& a, const SignedUnits& b) {
    return a + (b.negative_ ? SignedUnits::plus(b.units_) : SignedUnits::minus(b.units_));
}

}  // namespace redink
