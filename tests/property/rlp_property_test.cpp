#include <doctest/doctest.h>

#include "indexer/chain/rlp.hpp"
#include "indexer/chain/word.hpp"
#include "tests/property/random_source.hpp"

namespace redink::chain {
namespace {

/// A tree of strings: what RLP can carry.
struct Item {
    bool is_list = false;
    Bytes text;
    std::vector<Item> items;

    friend bool operator==(const Item&, const Item&) = default;
};

Item random_item(test::RandomSource& random, int depth) {
    Item item;
    item.is_list = depth > 0 && random.below(3) == 0;
    if (!item.is_list) {
        item.text = random.bytes(random.below(random.below(8) == 0 ? 400 : 60));
        return item;
    }
    for (std::size_t left = random.below(6); left > 0; --left) {
        item.items.push_back(random_item(random, depth - 1));
    }
    return item;
}

void encode(Bytes& out, const Item& item) {
    if (!item.is_list) {
        rlp::append(out, ByteView{item.text});
        return;
    }
    const std::size_t start = out.size();
    for (const Item& child : item.items) {
        encode(out, child);
    }
    rlp::wrap_list(out, start);
}

std::size_t long_length(ByteView bytes, std::size_t width) {
    REQUIRE(bytes.size() > width);
    REQUIRE(bytes[1] != 0);
    std::size_t length = 0;
    for (std::size_t i = 1; i <= width; ++i) {
        length = length * 256 + bytes[i];
    }
    REQUIRE(length > 55);
    return length;
}

/// Reads one item off the front by the letter of appendix B, and insists on the shortest form.
Item decode(ByteView& bytes) {
    REQUIRE_FALSE(bytes.empty());
    const std::uint8_t first = bytes[0];
    Item item;
    item.is_list = first >= 0xc0;
    if (first < 0x80) {
        item.text = {first};
        bytes = bytes.subspan(1);
        return item;
    }
    const std::size_t code = first - (item.is_list ? 0xc0U : 0x80U);
    const std::size_t width = code > 55 ? code - 55 : 0;
    const std::size_t length = width > 0 ? long_length(bytes, width) : code;
    REQUIRE(bytes.size() >= 1 + width + length);
    ByteView payload = bytes.subspan(1 + width, length);
    bytes = bytes.subspan(1 + width + length);
    if (!item.is_list) {
        REQUIRE((length != 1 || payload[0] >= 0x80));
        item.text = {payload.begin(), payload.end()};
        return item;
    }
    while (!payload.empty()) {
        item.items.push_back(decode(payload));
    }
    return item;
}

}  // namespace

TEST_CASE("a decoder by the letter reads back every tree of strings") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    for (int i = 0; i < 1500; ++i) {
        const Item item = random_item(random, 5);
        Bytes out;
        encode(out, item);
        ByteView rest = out;
        REQUIRE(decode(rest) == item);
        REQUIRE(rest.empty());
    }
}

TEST_CASE("an integer is the string of its bytes without leading zeros") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    for (int i = 0; i < 2000; ++i) {
        const U256 number = random.number();
        Bytes out;
        rlp::append(out, number);
        ByteView rest = out;
        const Item item = decode(rest);
        REQUIRE((item.text.empty() || item.text[0] != 0));
        std::string padded(64 - 2 * item.text.size(), '0');
        REQUIRE("0x" + padded + to_hex(item.text).substr(2) == to_word(number).hex());
        if (number <= U256{~std::uint64_t{0}}) {
            Bytes small;
            rlp::append(small, static_cast<std::uint64_t>(number));
            REQUIRE(small == out);
        }
    }
}

}  // namespace redink::chain
