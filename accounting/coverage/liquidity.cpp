#include "accounting/coverage/liquidity.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "accounting/money/invariant.hpp"
#include "accounting/money/ray.hpp"

namespace redink::coverage {
namespace {

constexpr std::uint32_t kHoursOfDay = 24;

// loans / (cash + loans) >= bps / 10,000 without a rounded quotient.
bool is_at_least(const Liquidity& liquidity, std::uint32_t bps) {
    if (liquidity.loans.is_zero()) {
        return bps == 0 && !liquidity.cash.is_zero();
    }
    return bps == 0 ||
           liquidity.cash <=
               mul_div(liquidity.loans, U256{kPercentFactor - bps}, U256{bps}, Round::down);
}

}  // namespace

Ratio utilisation(const Liquidity& liquidity) {
    return to_wad({liquidity.loans, liquidity.cash + liquidity.loans}, Round::up);
}

Ratio withdrawable_part(const U256& cash, const U256& claims) {
    return to_wad({std::min(cash, claims), claims}, Round::down);
}

Ratio share_of_largest(std::span<const U256> claims, std::size_t count) {
    std::vector<U256> largest(std::min(count, claims.size()));
    std::partial_sort_copy(
        claims.begin(), claims.end(), largest.begin(), largest.end(), std::greater<>{});
    return to_wad({std::accumulate(largest.begin(), largest.end(), U256{0}),
                   std::accumulate(claims.begin(), claims.end(), U256{0})},
                  Round::up);
}

TimeTo hours_to_dry(const U256& cash, const SignedUnits& outflow_24h) {
    if (cash.is_zero()) {
        return {TimeTo::State::done, 0};
    }
    if (outflow_24h.is_zero() || outflow_24h.is_negative()) {
        return {TimeTo::State::never, 0};
    }
    return {TimeTo::State::finite,
            mul_div(cash, U256{wad() * kHoursOfDay}, outflow_24h.units(), Round::down)};
}

std::uint64_t blocks_at_utilisation(std::span<const LiquiditySince> versions,
                                    BlockStretch stretch,
                                    std::uint32_t threshold_bps) {
    invariant(threshold_bps <= kPercentFactor, "a utilisation above the whole");
    std::uint64_t blocks = 0;
    for (std::size_t i = 0; i < versions.size(); ++i) {
        const bool is_last = i + 1 == versions.size();
        invariant(is_last || versions[i].from_block < versions[i + 1].from_block,
                  "versions that do not ascend");
        const std::uint64_t first = std::max(versions[i].from_block, stretch.first);
        // One past the end of this version, within the stretch.
        const std::uint64_t end =
            is_last ? stretch.last + 1 : std::min(versions[i + 1].from_block, stretch.last + 1);
        if (first < end && is_at_least(versions[i].liquidity, threshold_bps)) {
            blocks += end - first;
        }
    }
    return blocks;
}

}  // namespace redink::coverage
