#pragma once

#include <array>

#include "indexer/chain/types.hpp"

namespace redink::chain {

/// The three positions that an address or topic sets in a bloom (Yellow Paper 4.4.1). Computed once
/// per filter item, then compared with every header.
using BloomBits = std::array<std::uint16_t, 3>;

/// The positions of an address (20 bytes) or topic (32 bytes).
[[nodiscard]] BloomBits bloom_bits(ByteView item);

/// The 2048-bit filter of a header or receipt. What it denies is not there; what it admits may be.
class Bloom {
  public:
    static constexpr std::size_t kSize = 256;

    /// From 0x-prefixed hexadecimal of 256 bytes; empty otherwise.
    [[nodiscard]] static std::optional<Bloom> parse(std::string_view text);

    /// As parse(), in place; false leaves the bloom undefined.
    [[nodiscard]] bool assign(std::string_view text) {
        return from_hex_exact(text, bytes_);
    }

    /// Adds an address or topic.
    void add(ByteView item) {
        add(bloom_bits(item));
    }

    /// As above, with the positions known.
    void add(const BloomBits& bits);

    /// Adds everything that `other` admits.
    void merge(const Bloom& other);

    /// False proves that the item is absent.
    [[nodiscard]] bool may_contain(const BloomBits& bits) const {
        return has(bits[0]) && has(bits[1]) && has(bits[2]);
    }

    /// True when every position of `other` is set here too.
    [[nodiscard]] bool covers(const Bloom& other) const;

    /// True when nothing was added: the block has no logs.
    [[nodiscard]] bool empty() const;

    [[nodiscard]] ByteView view() const {
        return bytes_;
    }

    friend bool operator==(const Bloom&, const Bloom&) = default;

  private:
    [[nodiscard]] bool has(std::uint16_t bit) const {
        return (bytes_[kSize - 1 - bit / 8] >> (bit % 8) & 1) != 0;
    }

    std::array<std::uint8_t, kSize> bytes_{};
};

}  // namespace redink::chain
