#pragma once

#include "indexer/chain/types.hpp"

namespace redink::chain {

/// Keccak-256 with the original padding, as Ethereum has it (not SHA3-256).
[[nodiscard]] Hash32 keccak256(ByteView bytes);

/// Keccak-256 of the characters of `text`.
[[nodiscard]] Hash32 keccak256(std::string_view text);

}  // namespace redink::chain
