#include "indexer/chain/word.hpp"

#include <bit>

namespace redink::chain {
namespace {

using Limb = boost::multiprecision::limb_type;
constexpr unsigned kLimbs = 4;
constexpr std::size_t kAddressAt = Hash32::kSize - Address::kSize;
static_assert(sizeof(Limb) * kLimbs == Hash32::kSize);
static_assert(std::endian::native == std::endian::little);

}  // namespace

U256 to_u256(const Hash32& word) {
    // Straight into the limbs: import_bits costs several times as much.
    U256 value;
    auto& backend = value.backend();
    backend.resize(kLimbs, kLimbs);
    for (unsigned i = 0; i < kLimbs; ++i) {
        Limb limb = 0;
        std::memcpy(&limb, word.bytes().data() + (kLimbs - 1 - i) * sizeof limb, sizeof limb);
        backend.limbs()[i] = __builtin_bswap64(limb);
    }
    backend.normalize();
    return value;
}

Int256 to_int256(const Hash32& word) {
    if (word.bytes()[0] < 0x80) {
        return {false, to_u256(word)};
    }
    // -x = 2^256 - x = (2^256 - 1 - x) + 1; the first difference is every bit turned.
    std::array<std::uint8_t, Hash32::kSize> turned;
    for (std::size_t i = 0; i < turned.size(); ++i) {
        turned[i] = static_cast<std::uint8_t>(~word.bytes()[i]);
    }
    return {true, U256{to_u256(Hash32{turned}) + 1U}};
}

std::optional<Address> to_address(const Hash32& word) {
    const ByteView bytes = word.view();
    for (std::size_t i = 0; i < kAddressAt; ++i) {
        if (bytes[i] != 0) {
            return std::nullopt;
        }
    }
    return Address{bytes.last<Address::kSize>()};
}

std::optional<bool> to_bool(const Hash32& word) {
    const U256 value = to_u256(word);
    if (value > 1U) {
        return std::nullopt;
    }
    return !value.is_zero();
}

Hash32 to_word(const U256& value) {
    std::array<std::uint8_t, Hash32::kSize> bytes{};
    const auto& backend = value.backend();
    for (unsigned i = 0; i < backend.size(); ++i) {
        const Limb limb = __builtin_bswap64(backend.limbs()[i]);
        std::memcpy(bytes.data() + (kLimbs - 1 - i) * sizeof limb, &limb, sizeof limb);
    }
    return Hash32{bytes};
}

Hash32 to_word(const Address& address) {
    std::array<std::uint8_t, Hash32::kSize> bytes{};
    std::copy(address.bytes().begin(), address.bytes().end(), bytes.begin() + kAddressAt);
    return Hash32{bytes};
}

std::optional<U256> parse_big_quantity(std::string_view text) {
    constexpr std::size_t kDigits = 2 * Hash32::kSize;
    if (text.size() < 2 || text[0] != '0' || (text[1] != 'x' && text[1] != 'X')) {
        return std::nullopt;
    }
    text.remove_prefix(std::min(text.find_first_not_of('0', 2), text.size()));
    if (text.size() > kDigits) {
        return std::nullopt;
    }
    std::array<char, 2 + kDigits> padded;
    padded.fill('0');
    padded[1] = 'x';
    std::copy_backward(text.begin(), text.end(), padded.end());
    const std::optional<Hash32> word = Hash32::parse({padded.data(), padded.size()});
    if (!word) {
        return std::nullopt;
    }
    return to_u256(*word);
}

std::string to_quantity(const U256& value) {
    const std::string digits = to_word(value).hex();
    const std::size_t first = std::min(digits.find_first_not_of('0', 2), digits.size() - 1);
    return "0x" + digits.substr(first);
}

}  // namespace redink::chain
