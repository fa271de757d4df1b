#include "indexer/store/sql_values.hpp"

#include "accounting/money/invariant.hpp"

namespace redink::store {

std::string to_bytea(chain::ByteView bytes) {
    std::string text = chain::to_hex(bytes);
    text[0] = '\\';
    return text;
}

std::string to_bytea_array(std::span<const chain::Address> addresses) {
    std::string text = "{";
    for (const chain::Address& address : addresses) {
        text += (text.size() > 1 ? ",\"\\" : "\"\\") + to_bytea(address.view()) + "\"";
    }
    return text + "}";
}

chain::Bytes bytes_of(std::string_view text) {
    invariant(text.starts_with("\\x"), "bytea column is not in hexadecimal form");
    std::string prefixed{text};
    prefixed[0] = '0';
    auto bytes = chain::from_hex(prefixed);
    invariant(bytes.has_value(), "bytea column is not hexadecimal");
    return std::move(bytes.value());
}

std::vector<chain::Address> addresses_of(std::string_view text) {
    std::vector<chain::Address> addresses;
    for (std::size_t at = text.find("\\x"); at != std::string_view::npos;
         at = text.find("\\x", at + 1)) {
        addresses.push_back(fixed_of<chain::Address>(text.substr(at, 2 + 2 * 20)));
    }
    return addresses;
}

U256 number_of(std::string_view text) {
    const auto value = from_decimal(text);
    invariant(value.has_value(), "numeric column is not an unsigned integer");
    return *value;
}

}  // namespace redink::store
