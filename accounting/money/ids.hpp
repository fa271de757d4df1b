#pragma once

#include <array>
#include <compare>
#include <cstdint>

namespace redink {

/// A token, by the 20 bytes of its contract; the native coin is 0xeeee…ee.
struct AssetId {
    std::array<std::uint8_t, 20> bytes{};

    friend auto operator<=>(const AssetId&, const AssetId&) = default;
};

/// Whoever an entry is about (a borrower, a payer), by 20 bytes of address. Zero is nobody.
struct PartyId {
    std::array<std::uint8_t, 20> bytes{};

    [[nodiscard]] bool is_nobody() const {
        return *this == PartyId{};
    }

    friend auto operator<=>(const PartyId&, const PartyId&) = default;
};

/// A hash of 32 bytes: of a block, a transaction, an entry, a document. Zero is none.
struct Digest {
    std::array<std::uint8_t, 32> bytes{};

    [[nodiscard]] bool is_none() const {
        return *this == Digest{};
    }

    friend auto operator<=>(const Digest&, const Digest&) = default;
};

}  // namespace redink
