#pragma once

#include <string>
#include <string_view>

#include "indexer/chain/result.hpp"
#include "indexer/chain/types.hpp"

namespace redink::app {

/// The mixed-case form with a checksum (EIP-55).
[[nodiscard]] std::string to_checksum(const chain::Address& address);

/// Reads 0x and 40 hexadecimal digits. All lower or all upper case counts as it is; mixed case must
/// carry the right checksum (EIP-55). The error says what is wrong, without repeating the text.
[[nodiscard]] Result<chain::Address> parse_address(std::string_view text);

}  // namespace redink::app
