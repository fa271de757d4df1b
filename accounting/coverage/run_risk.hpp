#pragma once

#include <span>

#include "accounting/money/ratio.hpp"

namespace redink::coverage {

/// A loss that lenders will bear, and what they can do before it is shared.
struct UnsharedLoss {
    U256 open;    ///< O
    U256 claims;  ///< of the lenders who would bear it
    U256 cash;    ///< W
};

/// What it is worth to leave first, in wad. A part f that leaves at par makes h / (1 - f) of it for
/// those who stay, and f is at most W / claims.
struct FirstMover {
    Ratio haircut;      ///< h = O / claims, rounded up
    Ratio haircut_max;  ///< O / (claims - W), rounded up, at most 1; empty: nobody has to stay
    Ratio advantage;    ///< the difference of the two
};

/// Haircut before and after a run, and their difference, the first-mover advantage. With a loss of
/// 21,000 on claims of 1,000,000 and cash of 200,000: 2.1 %, 2.625 % and 0.525 %.
[[nodiscard]] FirstMover first_mover(const UnsharedLoss& loss);

/// A withdrawal while a loss was unshared.
struct EarlyWithdrawal {
    U256 amount;
    Fraction haircut;  ///< h at its block
};

/// Leakage = sum of amount * h over withdrawals made while a loss was unshared: value moved from
/// those who stayed to those who left, in token units, each withdrawal rounded down. One at a block
/// without claims adds nothing.
[[nodiscard]] U256 leakage(std::span<const EarlyWithdrawal> withdrawals);

}  // namespace redink::coverage
