#pragma once

#include <string>
#include <string_view>

namespace redink::app {

/// Units as a decimal number, exact, without trailing zeros: ("1500000", 6) is "1.5". Anything but
/// an integer stays as it is.
[[nodiscard]] std::string scaled_by(std::string_view units, unsigned decimals);

/// `0x1234…abcd` for hexadecimal of 20 bytes or more; else the text.
[[nodiscard]] std::string shortened_hex(std::string_view text);

/// The column that names the token in whose units `column` of `report` counts; empty when it does
/// not count tokens.
[[nodiscard]] std::string_view token_column(std::string_view report, std::string_view column);

/// Characters of UTF-8 text, for alignment.
[[nodiscard]] std::size_t width_of(std::string_view text);

}  // namespace redink::app
