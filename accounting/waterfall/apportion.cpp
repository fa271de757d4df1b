#include "accounting/waterfall/apportion.hpp"

#include <algorithm>
#include <numeric>

#include "accounting/money/division.hpp"
#include "accounting/money/invariant.hpp"

namespace redink::waterfall {

std::vector<U256> apportion(const U256& total, std::span<const U256> weights) {
    const U256 sum = std::accumulate(weights.begin(), weights.end(), U256{0});
    invariant(!sum.is_zero() || total.is_zero(), "a total and nobody to bear it");
    std::vector<U256> parts(weights.size());
    if (total.is_zero()) {
        return parts;
    }
    std::vector<U256> remainders(weights.size());
    U256 left = total;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const Division division = mul_divide(total, weights[i], sum);
        parts[i] = division.quotient;
        remainders[i] = division.remainder;
        left -= division.quotient;
    }
    // Each remainder is below the sum of weights, so fewer units are left than there are parts.
    std::vector<std::size_t> order(weights.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto count = static_cast<std::ptrdiff_t>(static_cast<std::uint64_t>(left));
    const auto is_before = [&remainders](std::size_t x, std::size_t y) {
        return remainders[x] != remainders[y] ? remainders[x] > remainders[y] : x < y;
    };
    std::nth_element(order.begin(), order.begin() + count, order.end(), is_before);
    for (std::ptrdiff_t i = 0; i < count; ++i) {
        ++parts[order[static_cast<std::size_t>(i)]];
    }
    return parts;
}

}  // namespace redink::waterfall
