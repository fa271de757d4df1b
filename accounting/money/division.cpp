#include "accounting/money/division.hpp"

#include <stdexcept>

#include "accounting/money/u512.hpp"

namespace redink {

Division mul_divide(const U256& a, const U256& b, const U256& d) {
    if (d.is_zero()) {
        throw std::overflow_error{"mul_divide: division by zero"};
    }
    U512 product;
    boost::multiprecision::multiply(product, U512{a}, U512{b});
    U512 quotient;
    U512 remainder;
    boost::multiprecision::divide_qr(product, U512{d}, quotient, remainder);
    if (quotient > U512{max_u256()}) {
        throw std::overflow_error{"mul_divide: quotient does not fit 256 bits"};
    }
    return {U256{quotient}, U256{remainder}};
}

}  // namespace redink
