#include "indexer/chain/hex.hpp"

#include <array>
#include <bit>
#include <cstring>

#include "indexer/chain/errc.hpp"

namespace redink::chain {
namespace {

constexpr std::uint8_t kNotHex = 0xff;

constexpr std::array<std::uint8_t, 256> kNibbles = [] {
    std::array<std::uint8_t, 256> table{};
    table.fill(kNotHex);
    for (std::uint8_t i = 0; i < 10; ++i) {
        table[static_cast<std::size_t>('0') + i] = i;
    }
    for (std::uint8_t i = 0; i < 6; ++i) {
        table[static_cast<std::size_t>('a') + i] = static_cast<std::uint8_t>(10 + i);
        table[static_cast<std::size_t>('A') + i] = static_cast<std::uint8_t>(10 + i);
    }
    return table;
}();

std::uint8_t nibble(char c) {
    return kNibbles[static_cast<unsigned char>(c)];
}

bool has_prefix(std::string_view text) {
    return text.size() >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

// Sixteen digits at a time with the compiler's vectors: a log is five hundred digits and little
// else.
using Digits [[gnu::vector_size(16)]] = std::uint8_t;
using Pairs [[gnu::vector_size(16)]] = std::uint16_t;
using Packed [[gnu::vector_size(8)]] = std::uint8_t;
static_assert(std::endian::native == std::endian::little);

/// Writes the eight bytes of sixteen digits; what is not a digit leaves a bit in `wrong`.
void decode_block(const char* digits, std::uint8_t* out, Digits& wrong) {
    Digits text;
    std::memcpy(&text, digits, sizeof text);
    const Digits number = text - '0';
    const Digits letter = (text | 0x20) - 'a';
    const auto is_number = number < 10;
    const auto is_letter = letter < 6;
    wrong |= reinterpret_cast<Digits>(~(is_number | is_letter));
    const Digits value = (reinterpret_cast<Digits>(is_number) & number) |
                         (reinterpret_cast<Digits>(is_letter) & (letter + 10));
    const Pairs pairs = reinterpret_cast<Pairs>(value);
    const Packed packed = __builtin_convertvector((pairs << 4 | pairs >> 8) & 0xff, Packed);
    std::memcpy(out, &packed, sizeof packed);
}

bool decode(std::string_view digits, std::span<std::uint8_t> out) {
    constexpr std::size_t kBlock = sizeof(Packed);
    Digits wrong{};
    std::size_t at = 0;
    for (; at + kBlock <= out.size(); at += kBlock) {
        decode_block(digits.data() + 2 * at, out.data() + at, wrong);
    }
    // One test at the end: a digit is below 16, so any other bit betrays a character that is none.
    std::uint8_t seen = 0;
    for (; at < out.size(); ++at) {
        const std::uint8_t high = nibble(digits[2 * at]);
        const std::uint8_t low = nibble(digits[2 * at + 1]);
        seen |= high | low;
        out[at] = static_cast<std::uint8_t>(high << 4 | low);
    }
    std::array<std::uint64_t, 2> halves;
    std::memcpy(halves.data(), &wrong, sizeof wrong);
    return seen < 16 && (halves[0] | halves[1]) == 0;
}

std::string quoted(std::string_view text) {
    constexpr std::size_t kShown = 80;
    return "\"" + std::string{text.substr(0, kShown)} + (text.size() > kShown ? "…\"" : "\"");
}

}  // namespace

std::string to_hex(ByteView bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text = "0x";
    text.reserve(2 + 2 * bytes.size());
    for (const std::uint8_t byte : bytes) {
        text.push_back(kDigits[byte >> 4]);
        text.push_back(kDigits[byte & 0xf]);
    }
    return text;
}

Result<Bytes> from_hex(std::string_view text) {
    Bytes bytes;
    if (!from_hex_into(text, bytes)) {
        return fail(ChainErrc::bad_hex, "not 0x-prefixed hexadecimal: " + quoted(text));
    }
    return bytes;
}

bool from_hex_into(std::string_view text, Bytes& out) {
    if (!has_prefix(text) || text.size() % 2 != 0) {
        return false;
    }
    out.resize((text.size() - 2) / 2);
    return decode(text.substr(2), out);
}

bool from_hex_exact(std::string_view text, std::span<std::uint8_t> out) {
    return has_prefix(text) && text.size() == 2 + 2 * out.size() && decode(text.substr(2), out);
}

Result<std::uint64_t> parse_quantity(std::string_view text) {
    std::uint64_t value = 0;
    if (!parse_quantity_into(text, value)) {
        return fail(ChainErrc::bad_hex, "not a 64-bit quantity: " + quoted(text));
    }
    return value;
}

bool parse_quantity_into(std::string_view text, std::uint64_t& out) {
    if (!has_prefix(text)) {
        return false;
    }
    std::uint64_t value = 0;
    for (const char c : text.substr(2)) {
        const std::uint8_t digit = nibble(c);
        if (digit == kNotHex || value >> 60 != 0) {
            return false;
        }
        value = value << 4 | digit;
    }
    out = value;
    return true;
}

std::string to_quantity(std::uint64_t value) {
    std::string text;
    do {
        text.insert(text.begin(), "0123456789abcdef"[value & 0xf]);
        value >>= 4;
    } while (value != 0);
    return "0x" + text;
}

}  // namespace redink::chain
