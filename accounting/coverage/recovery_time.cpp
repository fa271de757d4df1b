#include "accounting/coverage/recovery_time.hpp"

#include <algorithm>
#include <vector>

#include "accounting/money/invariant.hpp"
#include "accounting/money/ray.hpp"

namespace redink::coverage {
namespace {

bool is_less(const SignedUnits& a, const SignedUnits& b) {
    if (a.is_negative() != b.is_negative()) {
        return a.is_negative();
    }
    return a.is_negative() ? a.units() > b.units() : a.units() < b.units();
}

SignedUnits half_of(const SignedUnits& sum) {
    const U256 half = sum.units() / 2U;
    return sum.is_negative() ? SignedUnits::minus(half + sum.units() % 2U)
                             : SignedUnits::plus(half);
}

}  // namespace

std::optional<SignedUnits> median_income(std::span<const SignedUnits> days) {
    if (days.empty()) {
        return std::nullopt;
    }
    std::vector<SignedUnits> sorted{days.begin(), days.end()};
    std::sort(sorted.begin(), sorted.end(), is_less);
    const std::size_t middle = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[middle] : half_of(sorted[middle - 1] + sorted[middle]);
}

TimeTo days_to_cover(const U256& open,
                     std::span<const SignedUnits> daily_income,
                     IncomeScenario scenario) {
    invariant(scenario.borrow_decline_bps <= kPercentFactor, "borrows that shrink below nothing");
    if (open.is_zero()) {
        return {TimeTo::State::done, 0};
    }
    const std::optional<SignedUnits> median = median_income(daily_income);
    if (!median || median->is_negative()) {
        return {TimeTo::State::never, 0};
    }
    const U256 income =
        percent_mul(median->units(), kPercentFactor - scenario.borrow_decline_bps, Round::down);
    if (income.is_zero()) {
        return {TimeTo::State::never, 0};
    }
    return {TimeTo::State::finite, mul_div(open, U256{1}, income, Round::up)};
}

std::optional<RecognitionLag> recognition_lag(const LossHistory& history, std::uint64_t at_block) {
    const auto& recognised = history.recognised_block;
    const bool is_recognised = recognised && *recognised <= at_block;
    const std::uint64_t end = is_recognised ? *recognised : at_block;
    if (!history.first_seen_block || *history.first_seen_block > end) {
        return is_recognised ? std::optional{RecognitionLag{0, true}} : std::nullopt;
    }
    return RecognitionLag{end - *history.first_seen_block, is_recognised};
}

}  // namespace redink::coverage
