#include "accounting/coverage/run_risk.hpp"

#include <algorithm>

namespace redink::coverage {
namespace {

// Nobody loses more than all.
Fraction at_most_whole(const U256& part, const U256& whole) {
    return {std::min(part, whole), whole};
}

}  // namespace

FirstMover first_mover(const UnsharedLoss& loss) {
    FirstMover result;
    result.haircut = to_wad(at_most_whole(loss.open, loss.claims), Round::up);
    if (loss.claims > loss.cash) {
        result.haircut_max = to_wad(at_most_whole(loss.open, loss.claims - loss.cash), Round::up);
        result.advantage = *result.haircut_max - *result.haircut;
    }
    return result;
}

U256 leakage(std::span<const EarlyWithdrawal> withdrawals) {
    U256 sum = 0;
    for (const EarlyWithdrawal& withdrawal : withdrawals) {
        const auto& [part, whole] = withdrawal.haircut;
        if (!whole.is_zero()) {
            sum += mul_div(withdrawal.amount, std::min(part, whole), whole, Round::down);
        }
    }
    return sum;
}

}  // namespace redink::coverage
