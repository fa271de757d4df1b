#pragma once

#include "accounting/money/u256.hpp"
#include "indexer/chain/hex.hpp"

/// Recursive Length Prefix, encoding only (Ethereum Yellow Paper, appendix B). All append to `out`.
namespace redink::chain::rlp {

/// A byte string.
void append(Bytes& out, ByteView value);

/// An integer: big-endian without leading zeros; zero is the empty string.
void append(Bytes& out, std::uint64_t value);

/// As above, for 256 bits.
void append(Bytes& out, const U256& value);

/// Turns everything from position `start` to the end of `out` into the payload of one list.
void wrap_list(Bytes& out, std::size_t start);

}  // namespace redink::chain::rlp
