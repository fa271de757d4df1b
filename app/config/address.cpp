#include "app/config/address.hpp"

#include <algorithm>
#include <cctype>

#include "indexer/chain/errc.hpp"
#include "indexer/chain/keccak.hpp"

namespace redink::app {
namespace {

constexpr std::size_t kPrefix = 2;

bool has_between(std::string_view text, char first, char last) {
    return std::any_of(
        text.begin(), text.end(), [first, last](char c) { return c >= first && c <= last; });
}

}  // namespace

std::string to_checksum(const chain::Address& address) {
    std::string text = address.hex();
    const std::string digits = text.substr(kPrefix);
    const chain::Hash32 hash = chain::keccak256(std::string_view{digits});
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const std::uint8_t pair = hash.bytes().at(i / 2);
        const unsigned nibble = i % 2 == 0 ? pair >> 4U : pair & 15U;
        if (nibble >= 8) {
            text[kPrefix + i] = static_cast<char>(std::toupper(digits[i]));
        }
    }
    return text;
}

Result<chain::Address> parse_address(std::string_view text) {
    const auto address = chain::Address::parse(text);
    if (!address) {
        return chain::fail(chain::ChainErrc::bad_hex,
                           "is not an address; accepted: 0x and 40 hexadecimal digits");
    }
    const std::string_view digits = text.substr(kPrefix);
    const bool is_mixed = has_between(digits, 'a', 'f') && has_between(digits, 'A', 'F');
    if (is_mixed && to_checksum(*address) != text) {
        return chain::fail(chain::ChainErrc::bad_hex,
                           "has a wrong checksum (EIP-55): a digit is mistyped; accepted: the "
                           "checksummed form, or all lower case when you are sure of it");
    }
    return *address;
}

}  // namespace redink::app
