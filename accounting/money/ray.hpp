#pragma once

#include <cstdint>

#include "accounting/money/u256.hpp"

namespace redink {

/// 10^27, the unit of Aave's indexes and rates (WadRayMath.sol).
[[nodiscard]] const U256& ray();

/// 10^18, the unit of health factors (WadRayMath.sol).
[[nodiscard]] const U256& wad();

/// Whole percent in basis points (PercentageMath.sol).
inline constexpr std::uint32_t kPercentFactor = 10'000;

/// a * b / 10^27, rounded as told.
[[nodiscard]] U256 ray_mul(const U256& a, const U256& b, Round round);

/// a * 10^27 / b, rounded as told. Throws std::overflow_error when b is zero.
[[nodiscard]] U256 ray_div(const U256& a, const U256& b, Round round);

/// a * 10^18 / b, half up (WadRayMath.wadDiv). Throws std::overflow_error when b is zero.
[[nodiscard]] U256 wad_div(const U256& a, const U256& b);

/// value * bps / 10,000, rounded as told (PercentageMath.percentMul rounds half up).
[[nodiscard]] U256 percent_mul(const U256& value, std::uint32_t bps, Round round);

}  // namespace redink
