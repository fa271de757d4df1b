#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/multiprecision/cpp_int.hpp>

namespace redink {

/// Unsigned 256-bit integer, as the EVM has it, but checked: overflow throws std::overflow_error
/// and a negative result throws std::range_error instead of wrapping.
using U256 = boost::multiprecision::number<
    boost::multiprecision::cpp_int_backend<256,
                                           256,
                                           boost::multiprecision::unsigned_magnitude,
                                           boost::multiprecision::checked,
                                           void>,
    boost::multiprecision::et_off>;

/// Who keeps the remainder of a division. `half_up` rounds to nearest, ties away from zero.
enum class Round : std::uint8_t { down, up, half_up };

/// a * b / d through 512 bits. No default rounding: the caller must say who keeps the dust.
/// Throws std::overflow_error when d is zero or the quotient does not fit 256 bits.
[[nodiscard]] U256 mul_div(const U256& a, const U256& b, const U256& d, Round round);

/// 2^256 - 1, which protocols use for "no limit" and "no debt".
[[nodiscard]] const U256& max_u256();

/// 10^exponent. Throws std::overflow_error above 77.
[[nodiscard]] U256 pow10(unsigned exponent);

/// Decimal digits without sign, grouping or leading zeros.
[[nodiscard]] std::string to_decimal(const U256& value);

/// The inverse of to_decimal; empty when `text` is not a decimal number below 2^256.
[[nodiscard]] std::optional<U256> from_decimal(std::string_view text);

}  // namespace redink
