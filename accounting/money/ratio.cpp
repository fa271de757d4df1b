#include "accounting/money/ratio.hpp"

#include "accounting/money/ray.hpp"

namespace redink {
namespace {

constexpr std::uint64_t kMillion = 1'000'000;

Ratio scaled(const Fraction& fraction, const U256& unit, Round round) {
    if (fraction.whole.is_zero()) {
        return std::nullopt;
    }
    return mul_div(fraction.part, unit, fraction.whole, round);
}

}  // namespace

Ratio to_wad(const Fraction& fraction, Round round) {
    return scaled(fraction, wad(), round);
}

Ratio to_ppm(const Fraction& fraction, Round round) {
    return scaled(fraction, U256{kMillion}, round);
}

}  // namespace redink
