#include "indexer/chain/hex.hpp"

#include <array>

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

bool decode(std::string_view digits, std::span<std::uint8_t> out) {
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::uint8_t high = nibble(digits[2 * i]);
        const std::uint8_t low = nibble(digits[2 * i + 1]);
        if (high == kNotHex || low == kNotHex) {
            return false;
        }
        out[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return true;
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
    if (!has_prefix(text) || text.size() % 2 != 0) {
        return fail(ChainErrc::bad_hex, "not 0x-prefixed hexadecimal: " + quoted(text));
    }
    Bytes bytes((text.size() - 2) / 2);
    if (!decode(text.substr(2), bytes)) {
        return fail(ChainErrc::bad_hex, "not hexadecimal: " + quoted(text));
    }
    return bytes;
}

bool from_hex_exact(std::string_view text, std::span<std::uint8_t> out) {
    return has_prefix(text) && text.size() == 2 + 2 * out.size() && decode(text.substr(2), out);
}

Result<std::uint64_t> parse_quantity(std::string_view text) {
    if (!has_prefix(text)) {
        return fail(ChainErrc::bad_hex, "not a quantity: " + quoted(text));
    }
    std::uint64_t value = 0;
    for (const char c : text.substr(2)) {
        const std::uint8_t digit = nibble(c);
        if (digit == kNotHex || value >> 60 != 0) {
            return fail(ChainErrc::bad_hex, "not a 64-bit quantity: " + quoted(text));
        }
        value = value << 4 | digit;
    }
    return value;
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
