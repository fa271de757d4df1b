#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/chain/result.hpp"

namespace redink::chain {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// Lower-case hexadecimal with a leading 0x.
[[nodiscard]] std::string to_hex(ByteView bytes);

/// Decodes 0x-prefixed hexadecimal of even length, either case.
[[nodiscard]] Result<Bytes> from_hex(std::string_view text);

/// Decodes exactly `out.size()` bytes into `out`; false when the text is not that.
[[nodiscard]] bool from_hex_exact(std::string_view text, std::span<std::uint8_t> out);

/// As from_hex, into a buffer whose memory is used again; false when the text is not hexadecimal.
[[nodiscard]] bool from_hex_into(std::string_view text, Bytes& out);

/// Decodes a JSON-RPC quantity of at most 64 bits. Leading zeros are accepted, as real providers
/// send them; `0x` alone counts as zero, as Etherscan sends it.
[[nodiscard]] Result<std::uint64_t> parse_quantity(std::string_view text);

/// As parse_quantity, without a text for the failure: for paths taken a million times.
[[nodiscard]] bool parse_quantity_into(std::string_view text, std::uint64_t& out);

/// The JSON-RPC form of a quantity: 0x-prefixed, no leading zeros.
[[nodiscard]] std::string to_quantity(std::uint64_t value);

}  // namespace redink::chain
