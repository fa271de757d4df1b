#pragma once

#include "indexer/chain/word.hpp"

/// Readers over the words of an event's data (Solidity ABI). The data comes from strangers: what
/// lies outside it, or outside the range of its type, is empty. Nothing here throws or copies more
/// than the data holds.
namespace redink::chain::abi {

/// Word `index`, as it is.
[[nodiscard]] std::optional<Hash32> word_at(ByteView data, std::size_t index);

/// Word `index` as an unsigned integer.
[[nodiscard]] std::optional<U256> word(ByteView data, std::size_t index);

/// Word `index` as a signed integer.
[[nodiscard]] std::optional<Int256> int_at(ByteView data, std::size_t index);

/// Word `index` as an address; its upper 12 bytes must be zero.
[[nodiscard]] std::optional<Address> address_at(ByteView data, std::size_t index);

/// Word `index` as 0 or 1.
[[nodiscard]] std::optional<bool> bool_at(ByteView data, std::size_t index);

/// Word `index` as an integer of at most 64 bits.
[[nodiscard]] std::optional<std::uint64_t> uint64_at(ByteView data, std::size_t index);

/// The dynamic `bytes` whose offset is in word `index`: a view into `data`.
[[nodiscard]] std::optional<ByteView> bytes_at(ByteView data, std::size_t index);

/// The dynamic `string` whose offset is in word `index`. The bytes may be anything, also no UTF-8.
[[nodiscard]] std::optional<std::string> string_at(ByteView data, std::size_t index);

/// The elements of the dynamic array of words whose offset is in word `index`: a view into `data`
/// to which the readers above apply.
[[nodiscard]] std::optional<ByteView> words_at(ByteView data, std::size_t index);

/// First topic of an event: keccak of its signature, such as "Transfer(address,address,uint256)".
[[nodiscard]] Hash32 event_topic(std::string_view signature);

/// First four bytes of the keccak of a function's signature.
[[nodiscard]] std::array<std::uint8_t, 4> selector(std::string_view signature);

/// Call data of a function whose arguments are all static words.
[[nodiscard]] Bytes encode_call(std::string_view signature, std::span<const Hash32> words = {});

}  // namespace redink::chain::abi
