#pragma once

#include "accounting/money/u256.hpp"
#include "indexer/chain/types.hpp"

namespace redink::chain {

/// A signed 256-bit integer of the ABI. The magnitude of the smallest one is 2^255.
struct Int256 {
    bool negative = false;
    U256 magnitude;

    friend bool operator==(const Int256&, const Int256&) = default;
};

/// The big-endian integer in 32 bytes.
[[nodiscard]] U256 to_u256(const Hash32& word);

/// The two's complement integer in 32 bytes (ABI `int256`).
[[nodiscard]] Int256 to_int256(const Hash32& word);

/// The address in the lower 20 bytes; empty when one of the upper 12 is not zero.
[[nodiscard]] std::optional<Address> to_address(const Hash32& word);

/// 0 or 1; empty for any other number.
[[nodiscard]] std::optional<bool> to_bool(const Hash32& word);

/// 32 bytes, big-endian.
[[nodiscard]] Hash32 to_word(const U256& value);

/// The address behind 12 zero bytes, as topics and call arguments carry it.
[[nodiscard]] Hash32 to_word(const Address& address);

/// Decodes a JSON-RPC quantity of at most 256 bits, as tolerant as parse_quantity.
[[nodiscard]] std::optional<U256> parse_big_quantity(std::string_view text);

/// The JSON-RPC form of a 256-bit quantity: 0x-prefixed, no leading zeros.
[[nodiscard]] std::string to_quantity(const U256& value);

}  // namespace redink::chain
