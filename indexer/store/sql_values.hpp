#pragma once

#include <span>
#include <string>
#include <vector>

#include "accounting/money/u256.hpp"
#include "indexer/chain/types.hpp"

namespace redink::store {

/// `\x…`: the text form of a bytea parameter.
[[nodiscard]] std::string to_bytea(chain::ByteView bytes);

/// `{"\\x…",…}`: the text form of a bytea[] parameter.
[[nodiscard]] std::string to_bytea_array(std::span<const chain::Address> addresses);

/// Bytes of a bytea column in hexadecimal form. Throws InvariantBroken on anything else.
[[nodiscard]] chain::Bytes bytes_of(std::string_view text);

/// A column of exactly N bytes.
template <class Fixed>
[[nodiscard]] Fixed fixed_of(std::string_view text) {
    const chain::Bytes bytes = bytes_of(text);
    std::array<std::uint8_t, Fixed::kSize> out{};
    std::copy_n(bytes.begin(), std::min(bytes.size(), out.size()), out.begin());
    return Fixed{out};
}

/// The addresses of a bytea[] column.
[[nodiscard]] std::vector<chain::Address> addresses_of(std::string_view text);

/// A NUMERIC column that holds an unsigned integer. Throws InvariantBroken on anything else.
[[nodiscard]] U256 number_of(std::string_view text);

}  // namespace redink::store
