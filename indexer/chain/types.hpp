#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "indexer/chain/hex.hpp"

namespace redink::chain {

/// A fixed number of bytes with a meaning; two tags never mix.
template <std::size_t N, class Tag>
class FixedBytes {
  public:
    static constexpr std::size_t kSize = N;

    constexpr FixedBytes() = default;

    constexpr explicit FixedBytes(const std::array<std::uint8_t, N>& bytes) : bytes_{bytes} {}

    /// Copies exactly N bytes.
    explicit FixedBytes(std::span<const std::uint8_t, N> bytes) {
        std::copy(bytes.begin(), bytes.end(), bytes_.begin());
    }

    /// From 0x-prefixed hexadecimal of N bytes, either case; empty otherwise.
    [[nodiscard]] static std::optional<FixedBytes> parse(std::string_view text) {
        FixedBytes value;
        if (!from_hex_exact(text, value.bytes_)) {
            return std::nullopt;
        }
        return value;
    }

    [[nodiscard]] ByteView view() const {
        return bytes_;
    }

    [[nodiscard]] const std::array<std::uint8_t, N>& bytes() const {
        return bytes_;
    }

    /// Lower-case, 0x-prefixed.
    [[nodiscard]] std::string hex() const {
        return to_hex(bytes_);
    }

    [[nodiscard]] bool is_zero() const {
        return *this == FixedBytes{};
    }

    friend auto operator<=>(const FixedBytes&, const FixedBytes&) = default;

  private:
    std::array<std::uint8_t, N> bytes_{};
};

/// A 20-byte account or contract address.
using Address = FixedBytes<20, struct AddressTag>;

/// A 32-byte Keccak-256 hash, or any other 32-byte EVM word.
using Hash32 = FixedBytes<32, struct HashTag>;

/// The height of a block. Arithmetic is with distances, never between heights.
class BlockNumber {
  public:
    constexpr BlockNumber() = default;

    constexpr explicit BlockNumber(std::uint64_t value) : value_{value} {}

    [[nodiscard]] constexpr std::uint64_t value() const {
        return value_;
    }

    constexpr BlockNumber& operator++() {
        ++value_;
        return *this;
    }

    friend constexpr auto operator<=>(BlockNumber, BlockNumber) = default;

    friend constexpr BlockNumber operator+(BlockNumber a, std::uint64_t distance) {
        return BlockNumber{a.value_ + distance};
    }

    friend constexpr BlockNumber operator-(BlockNumber a, std::uint64_t distance) {
        return BlockNumber{a.value_ - distance};
    }

    /// Blocks from b up to a; a must not be below b.
    friend constexpr std::uint64_t operator-(BlockNumber a, BlockNumber b) {
        return a.value_ - b.value_;
    }

  private:
    std::uint64_t value_ = 0;
};

/// Blocks `first` to `last`, both included.
struct BlockRange {
    BlockNumber first;
    BlockNumber last;

    /// Number of blocks; at least 1.
    [[nodiscard]] std::uint64_t size() const {
        return last - first + 1;
    }

    friend bool operator==(const BlockRange&, const BlockRange&) = default;
};

/// One block as others refer to it.
struct BlockRef {
    BlockNumber number;
    Hash32 hash;

    friend bool operator==(const BlockRef&, const BlockRef&) = default;
};

}  // namespace redink::chain

template <std::size_t N, class Tag>
struct std::hash<redink::chain::FixedBytes<N, Tag>> {
    std::size_t operator()(const redink::chain::FixedBytes<N, Tag>& value) const noexcept {
        // FNV-1a over words: hostile addresses are possible, but every table is bounded.
        std::uint64_t mixed = 0xcbf29ce484222325U;
        std::size_t at = 0;
        for (; at + 8 <= N; at += 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, value.bytes().data() + at, 8);
            mixed = (mixed ^ word) * 0x100000001b3U;
            mixed ^= mixed >> 29;
        }
        for (; at < N; ++at) {
            mixed = (mixed ^ value.bytes()[at]) * 0x100000001b3U;
        }
        return mixed ^ mixed >> 32;
    }
};

template <>
struct std::hash<redink::chain::BlockNumber> {
    std::size_t operator()(redink::chain::BlockNumber value) const noexcept {
        return std::hash<std::uint64_t>{}(value.value());
    }
};
