#include "accounting/money/ray.hpp"

namespace redink {

const U256& ray() {
    static const U256 value = pow10(27);
    return value;
}

const U256& wad() {
    static const U256 value = pow10(18);
    return value;
}

U256 ray_mul(const U256& a, const U256& b, Round round) {
    return mul_div(a, b, ray(), round);
}

U256 ray_div(const U256& a, const U256& b, Round round) {
    return mul_div(a, ray(), b, round);
}

U256 wad_div(const U256& a, const U256& b) {
    return mul_div(a, wad(), b, Round::half_up);
}

U256 percent_mul(const U256& value, std::uint32_t bps, Round round) {
    return mul_div(value, U256{bps}, U256{kPercentFactor}, round);
}

}  // namespace redink
