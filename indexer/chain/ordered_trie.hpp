#pragma once

#include <span>

#include "indexer/chain/types.hpp"

namespace redink::chain {

/// Root of the Merkle-Patricia trie that maps rlp(index) to each value in order, as a header
/// commits to its transactions and receipts (Yellow Paper 4.3.2, appendix D).
[[nodiscard]] Hash32 ordered_trie_root(std::span<const Bytes> values);

}  // namespace redink::chain
