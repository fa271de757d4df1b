#include "indexer/chain/bloom.hpp"

#include "indexer/chain/keccak.hpp"

namespace redink::chain {

BloomBits bloom_bits(ByteView item) {
    constexpr unsigned kMask = Bloom::kSize * 8 - 1;
    const Hash32 hash = keccak256(item);
    BloomBits bits;
    for (std::size_t i = 0; i < bits.size(); ++i) {
        const unsigned pair = hash.bytes()[2 * i] * 256U + hash.bytes()[2 * i + 1];
        bits[i] = static_cast<std::uint16_t>(pair & kMask);
    }
    return bits;
}

std::optional<Bloom> Bloom::parse(std::string_view text) {
    Bloom bloom;
    if (!from_hex_exact(text, bloom.bytes_)) {
        return std::nullopt;
    }
    return bloom;
}

void Bloom::add(const BloomBits& bits) {
    for (const std::uint16_t bit : bits) {
        auto& byte = bytes_.at(kSize - 1 - bit / 8);
        byte = static_cast<std::uint8_t>(byte | 1U << (bit % 8));
    }
}

void Bloom::merge(const Bloom& other) {
    for (std::size_t i = 0; i < kSize; ++i) {
        bytes_[i] |= other.bytes_[i];
    }
}

bool Bloom::covers(const Bloom& other) const {
    for (std::size_t i = 0; i < kSize; ++i) {
        if ((other.bytes_[i] & ~bytes_[i]) != 0) {
            return false;
        }
    }
    return true;
}

bool Bloom::empty() const {
    return *this == Bloom{};
}

}  // namespace redink::chain
