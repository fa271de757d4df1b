#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "accounting/ledger/entry.hpp"

namespace redink::ledger {

// The byte layout is part of the public contract: `verify` and auditors recompute it. Integers are
// big-endian (u8, u16, u32, u64, u256 by their bits); `sized` is a u32 length and then the bytes;
// `optional` is a u8 0, or a u8 1 and then the value. Digests are 32 bytes, addresses and parties
// 20. tests/data/ledger/canonical_vectors.py is a second implementation.

/// SHA-256, given by the caller: this room hashes nothing itself.
using Sha256 = std::function<Digest(std::span<const std::uint8_t>)>;

/// Whose ledger it is; the same on every machine.
struct LedgerId {
    std::uint64_t chain_id = 0;
    std::string_view protocol;
    std::array<std::uint8_t, 20> market{};  ///< address of the market
    Book book = Book::contract;
};

/// The digest that names a ledger: the hash before its first entry (h_0). SHA-256 of: sized
/// "redink.ledger.v1", u64 chain id, sized protocol, market, u8 book.
[[nodiscard]] Digest genesis(const LedgerId& ledger, const Sha256& sha256);

/// The identity of an entry, from where it comes from and not from what it says: ledger, block
/// hash, log index, rule, ordinal, evidence, revision, and what it reverses. The same log in
/// another block is another entry. SHA-256 of: sized "redink.entry.v1", ledger, block hash,
/// optional u32 log index, u16 rule, u32 ordinal, evidence, u32 revision, optional digest reverses.
[[nodiscard]] Digest identity_of(const Digest& ledger, const Entry& entry, const Sha256& sha256);

/// The bytes that are hashed: fixed order, length prefixes, big-endian integers; no JSON, no clock.
/// Identity, u8 book, u16 rule, sized pool, reserve, asset, u64 block number, block hash, u64 block
/// time, optional u32 log index, transaction hash, u32 ordinal, evidence, u32 revision, optional
/// digest reverses, sized narrative, u32 number of legs, and each leg as u16 account, u8 side, u256
/// units, party.
[[nodiscard]] std::vector<std::uint8_t> canonical_bytes(const Digest& identity, const Entry& entry);

/// h_n = SHA-256(tag, n, h_{n-1}, canonical bytes); positions count from 1.
/// SHA-256 of: sized "redink.chain.v1", u64 n, h_{n-1}, sized canonical bytes.
[[nodiscard]] Digest chain_hash(std::uint64_t position,
                                const Digest& previous,
                                std::span<const std::uint8_t> canonical,
                                const Sha256& sha256);

}  // namespace redink::ledger
