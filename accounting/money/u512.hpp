#pragma once

#include "accounting/money/u256.hpp"

namespace redink {

/// A product of two words of 256 bits, before it is divided. Not for amounts.
using U512 = boost::multiprecision::number<
    boost::multiprecision::cpp_int_backend<512,
                                           512,
                                           boost::multiprecision::unsigned_magnitude,
                                           boost::multiprecision::unchecked,
                                           void>,
    boost::multiprecision::et_off>;

}  // namespace redink
