#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "accounting/ledger/entry.hpp"

namespace redink::ledger {

/// SHA-256, given by the caller: this room hashes nothing itself.
using Sha256 = std::function<Digest(std::span<const std::uint8_t>)>;

/// Whose ledger it is; the same on every machine.
struct LedgerId {
    std::uint64_t chain_id = 0;
    std::string_view protocol;
    std::array<std::uint8_t, 20> market{};  ///< address of the market
    Book book = Book::contract;
};

/// The digest that names a ledger: the hash before its first entry (h_0).
[[nodiscard]] Digest genesis(const LedgerId& ledger, const Sha256& sha256);

/// The identity of an entry, from where it comes from and not from what it says: ledger, block
/// hash, log index, rule, ordinal, evidence, revision, and what it reverses. The same log in
/// another block is another entry.
[[nodiscard]] Digest identity_of(const Digest& ledger, const Entry& entry, const Sha256& sha256);

/// The bytes that are hashed: fixed order, length prefixes, big-endian integers; no JSON, no clock.
[[nodiscard]] std::vector<std::uint8_t> canonical_bytes(const Digest& identity, const Entry& entry);

/// h_n = SHA-256(tag, n, h_{n-1}, canonical bytes); positions count from 1.
[[nodiscard]] Digest chain_hash(std::uint64_t position,
                                const Digest& previous,
                                std::span<const std::uint8_t> canonical,
                                const Sha256& sha256);

}  // namespace redink::ledger
