#include "indexer/chain/word.hpp"

#include <doctest/doctest.h>

namespace redink::chain {
namespace {

Hash32 word_of(const std::string& tail) {
    return *Hash32::parse("0x" + std::string(64 - tail.size(), '0') + tail);
}

const Hash32 kAllOnes = *Hash32::parse("0x" + std::string(64, 'f'));

}  // namespace

TEST_CASE("a word is a big-endian integer") {
    CHECK(to_u256(Hash32{}) == 0);
    CHECK(to_u256(word_of("0100")) == 256);
    CHECK(to_u256(word_of("010000000000000000")) == U256{1} << 64);
    CHECK(to_u256(kAllOnes) == max_u256());
    CHECK(to_word(max_u256()) == kAllOnes);
    CHECK(to_word(U256{1} << 192) == word_of("1" + std::string(48, '0')));
    CHECK(to_word(U256{0}).is_zero());
}

TEST_CASE("a signed word is two's complement") {
    CHECK(to_int256(word_of("05")) == Int256{false, 5});
    CHECK(to_int256(kAllOnes) == Int256{true, 1});
    CHECK(to_int256(Hash32{}) == Int256{false, 0});
    const Hash32 smallest = *Hash32::parse("0x80" + std::string(62, '0'));
    CHECK(to_int256(smallest) == Int256{true, U256{1} << 255});
    const Hash32 largest = *Hash32::parse("0x7f" + std::string(62, 'f'));
    CHECK(to_int256(largest) == Int256{false, (U256{1} << 255) - 1});
}

TEST_CASE("an address word has twelve zero bytes before it") {
    const Address address = *Address::parse("0xC083E9947cf02b8ffc7d3090ae9aea72df98fd47");
    const Hash32 word = to_word(address);
    CHECK(word.hex() == "0x000000000000000000000000c083e9947cf02b8ffc7d3090ae9aea72df98fd47");
    CHECK(to_address(word) == address);
    CHECK_FALSE(to_address(word_of("01" + address.hex().substr(2))));
    CHECK_FALSE(to_address(kAllOnes));
}

TEST_CASE("a bool word is 0 or 1") {
    CHECK(to_bool(Hash32{}) == false);
    CHECK(to_bool(word_of("01")) == true);
    CHECK_FALSE(to_bool(word_of("02")).has_value());
    CHECK_FALSE(to_bool(kAllOnes).has_value());
}

TEST_CASE("a 256-bit quantity is read as tolerantly as a 64-bit one") {
    CHECK(parse_big_quantity("0x") == U256{0});
    CHECK(parse_big_quantity("0x0") == U256{0});
    CHECK(parse_big_quantity("0X00ff") == U256{255});
    CHECK(parse_big_quantity("0x" + std::string(100, '0') + "aB") == U256{0xab});
    CHECK(parse_big_quantity("0x" + std::string(64, 'f')) == max_u256());
    CHECK_FALSE(parse_big_quantity("0x1" + std::string(64, '0')));
    CHECK_FALSE(parse_big_quantity(""));
    CHECK_FALSE(parse_big_quantity("12"));
    CHECK_FALSE(parse_big_quantity("0xg"));
    CHECK_FALSE(parse_big_quantity("0x-1"));
}

TEST_CASE("a 256-bit quantity is written without leading zeros") {
    CHECK(to_quantity(U256{0}) == "0x0");
    CHECK(to_quantity(U256{256}) == "0x100");
    CHECK(to_quantity(max_u256()) == "0x" + std::string(64, 'f'));
}

}  // namespace redink::chain
