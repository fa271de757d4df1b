#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "accounting/money/ratio.hpp"
#include "accounting/money/signed_units.hpp"

namespace redink::coverage {

/// Where the deposits of an entity are.
struct Liquidity {
    U256 cash;  ///< W: all that can be withdrawn now
    U256 loans;
};

/// Utilisation U = loans / (cash + loans), rounded up; empty when there is neither.
[[nodiscard]] Ratio utilisation(const Liquidity& liquidity);

/// Withdrawable part of the claims: W / claims, rounded down, at most 1.
[[nodiscard]] Ratio withdrawable_part(const U256& cash, const U256& claims);

/// Share of all claims that the `count` largest lenders hold, rounded up. Customary: 1, 5, 20.
[[nodiscard]] Ratio share_of_largest(std::span<const U256> claims, std::size_t count);

/// How long something takes at today's rate.
struct TimeTo {
    enum class State : std::uint8_t { done, finite, never };

    State state = State::done;
    U256 amount;  ///< meaningful when finite; the unit is the function's

    friend bool operator==(const TimeTo&, const TimeTo&) = default;
};

/// Hours until the cash is gone = W / net outflow of the last 24 h, in wad, rounded down. `done`
/// when there is no cash, `never` without a net outflow.
[[nodiscard]] TimeTo hours_to_dry(const U256& cash, const SignedUnits& outflow_24h);

/// Cash and loans from a block on.
struct LiquiditySince {
    std::uint64_t from_block = 0;
    Liquidity liquidity;
};

/// A stretch of blocks, both ends included.
struct BlockStretch {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

/// Blocks of the stretch at whose end the utilisation was at least `threshold_bps`, exactly.
/// `versions` are ascending by block; before the first there is nothing. InvariantBroken when they
/// are not ascending.
[[nodiscard]] std::uint64_t blocks_at_utilisation(std::span<const LiquiditySince> versions,
                                                  BlockStretch stretch,
                                                  std::uint32_t threshold_bps = 9'900);

}  // namespace redink::coverage
