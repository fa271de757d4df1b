#include "indexer/chain/hex.hpp"

#include <array>

#include <doctest/doctest.h>

#include "indexer/chain/errc.hpp"

namespace redink::chain {

TEST_CASE("hexadecimal of either case is decoded and written in lower case") {
    const Bytes bytes = *from_hex("0X00aBcDeF0123456789fFeEdDcCbBaA99");
    CHECK(to_hex(bytes) == "0x00abcdef0123456789ffeeddccbbaa99");
    CHECK(from_hex("0x")->empty());
}

TEST_CASE("every character that is no digit is refused at every place") {
    for (std::size_t at = 2; at < 2 + 2 * 21; ++at) {
        for (int c = 0; c < 256; ++c) {
            std::string text = "0x" + std::string(2 * 21, '7');
            text[at] = static_cast<char>(c);
            const bool digit =
                (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            if (from_hex(text).has_value() != digit) {
                FAIL("character " << c << " at " << at);
            }
        }
    }
}

TEST_CASE("text without prefix or of odd length is refused with a short reason") {
    CHECK(from_hex("").error().code == ChainErrc::bad_hex);
    CHECK(from_hex("00").error().code == ChainErrc::bad_hex);
    CHECK(from_hex("0x0").error().code == ChainErrc::bad_hex);
    CHECK(from_hex(std::string(100'000, 'z')).error().text.size() < 200);
}

TEST_CASE("decoding into a buffer takes exactly its size") {
    std::array<std::uint8_t, 2> two{};
    CHECK(from_hex_exact("0x1234", two));
    CHECK(two == std::array<std::uint8_t, 2>{0x12, 0x34});
    CHECK_FALSE(from_hex_exact("0x12", two));
    CHECK_FALSE(from_hex_exact("0x123456", two));
    CHECK_FALSE(from_hex_exact("1234", two));
}

TEST_CASE("quantities are read as providers send them") {
    CHECK(*parse_quantity("0x0") == 0);
    CHECK(*parse_quantity("0x") == 0);
    CHECK(*parse_quantity("0x0000000000000000000001") == 1);
    CHECK(*parse_quantity("0xFFFFffffFFFFffff") == ~std::uint64_t{0});
    CHECK(parse_quantity("0x10000000000000000").has_error());
    CHECK(parse_quantity("12").has_error());
    CHECK(parse_quantity("").has_error());
    CHECK(parse_quantity("0x1g").has_error());
}

TEST_CASE("quantities are written without leading zeros") {
    CHECK(to_quantity(0) == "0x0");
    CHECK(to_quantity(1024) == "0x400");
    CHECK(to_quantity(~std::uint64_t{0}) == "0xffffffffffffffff");
}

}  // namespace redink::chain
