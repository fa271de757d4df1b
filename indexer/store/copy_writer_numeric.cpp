#include "indexer/store/copy_writer_numeric.hpp"

#include <algorithm>
#include <endian.h>

namespace redink::store {
namespace {

__extension__ using Uint128 = unsigned __int128;

constexpr std::uint64_t kBase = 10'000;
constexpr std::size_t kDigitsInChunk = 4;
constexpr std::uint64_t kChunk = kBase * kBase * kBase * kBase;
constexpr std::uint16_t kNegative = 0x4000;
constexpr std::size_t kHeaderWords = 4;
constexpr unsigned kLimbBits = 64;

using Limbs = std::array<std::uint64_t, 4>;

// Divides in place; returns the remainder.
std::uint64_t divide_by_chunk(Limbs& limbs, std::size_t count) {
    std::uint64_t rest = 0;
    for (std::size_t i = count; i-- > 0;) {
        const Uint128 part = (Uint128{rest} << kLimbBits) | limbs[i];
        limbs[i] = static_cast<std::uint64_t>(part / kChunk);
        rest = static_cast<std::uint64_t>(part % kChunk);
    }
    return rest;
}

// Base 10000 digits, least significant first; returns how many there are, without leading zeros.
std::size_t to_digits(const U256& value,
                      std::array<std::uint16_t, NumericBinary::kMaxDigits>& digits) {
    const auto& backend = value.backend();
    static_assert(sizeof(*backend.limbs()) == sizeof(std::uint64_t));
    std::size_t limb_count = backend.size();
    Limbs limbs{};
    std::copy_n(backend.limbs(), limb_count, limbs.begin());
    std::size_t count = 0;
    while (limb_count > 0) {
        std::uint64_t chunk = divide_by_chunk(limbs, limb_count);
        while (limb_count > 0 && limbs[limb_count - 1] == 0) {
            --limb_count;
        }
        for (std::size_t i = 0; i < kDigitsInChunk; ++i, chunk /= kBase) {
            digits[count++] = static_cast<std::uint16_t>(chunk % kBase);
        }
    }
    while (count > 0 && digits[count - 1] == 0) {
        --count;
    }
    return count;
}

}  // namespace

NumericBinary::NumericBinary(Sign sign, const U256& magnitude) {
    std::array<std::uint16_t, kMaxDigits> digits{};
    const std::size_t count = to_digits(magnitude, digits);
    std::size_t zeros = 0;
    while (zeros < count && digits[zeros] == 0) {
        ++zeros;
    }
    const std::size_t weight = count > 0 ? count - 1 : 0;
    const bool negative = sign == Sign::minus && count > 0;
    words_[0] = htobe16(static_cast<std::uint16_t>(count - zeros));
    words_[1] = htobe16(static_cast<std::uint16_t>(weight));
    words_[2] = negative ? htobe16(kNegative) : std::uint16_t{0};
    words_[3] = 0;
    std::size_t at = kHeaderWords;
    for (std::size_t i = count; i-- > zeros;) {
        words_[at++] = htobe16(digits[i]);
    }
    size_ = at * sizeof(std::uint16_t);
}

}  // namespace redink::store
