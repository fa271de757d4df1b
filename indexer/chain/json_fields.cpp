#include "indexer/chain/json_fields.hpp"

#include <limits>

namespace redink::chain::json {

bool read(JsonElement json, std::string_view& out) {
    return json.get(out) == simdjson::SUCCESS;
}

bool read(JsonElement json, bool& out) {
    return json.get(out) == simdjson::SUCCESS;
}

bool read(JsonElement json, Bytes& out) {
    std::string_view text;
    return read(json, text) && from_hex_into(text, out);
}

bool read(JsonElement json, Bloom& out) {
    std::string_view text;
    return read(json, text) && out.assign(text);
}

bool read(JsonElement json, std::uint64_t& out) {
    std::string_view text;
    if (read(json, text)) {
        return parse_quantity_into(text, out);
    }
    return json.get(out) == simdjson::SUCCESS;
}

bool read(JsonElement json, std::uint32_t& out) {
    std::uint64_t wide = 0;
    if (!read(json, wide) || wide > std::numeric_limits<std::uint32_t>::max()) {
        return false;
    }
    out = static_cast<std::uint32_t>(wide);
    return true;
}

bool read(JsonElement json, BlockNumber& out) {
    std::uint64_t number = 0;
    if (!read(json, number)) {
        return false;
    }
    out = BlockNumber{number};
    return true;
}

bool read(JsonElement json, U256& out) {
    std::string_view text;
    std::uint64_t number = 0;
    if (read(json, text)) {
        const std::optional<U256> value = parse_big_quantity(text);
        out = value.value_or(U256{});
        return value.has_value();
    }
    if (json.get(number) != simdjson::SUCCESS) {
        return false;
    }
    out = number;
    return true;
}

}  // namespace redink::chain::json
