#include "indexer/rpc/pool/refusal_pattern.hpp"

#include <string>

#include <doctest/doctest.h>

namespace redink::rpc {
namespace {

std::optional<std::uint64_t> number(std::string_view text, std::string_view pattern) {
    const auto match = find_pattern(text, pattern);
    REQUIRE(match.has_value());
    return match->number;
}

bool finds(std::string_view text, std::string_view pattern) {
    return find_pattern(text, pattern).has_value();
}

}  // namespace

TEST_CASE("words are found anywhere, in any case and over any white space") {
    CHECK(finds("Error: Block  Range\ttoo Wide!", "block range too wide"));
    CHECK(finds("abc", ""));
    CHECK_FALSE(finds("blockrange", "block range"));
    CHECK_FALSE(finds("", "x"));
    CHECK_FALSE(finds("block rang", "block range"));
}

TEST_CASE("a star stands for any text between parts in this order") {
    CHECK(finds("method eth_getLogs is not supported", "method * not supported"));
    CHECK(finds("a b", "a*b"));
    CHECK_FALSE(finds("not supported: method", "method * not supported"));
}

TEST_CASE("counts are read with commas and with the words for thousands") {
    CHECK(number("max 10000 blocks", "max {N} blocks") == 10'000);
    CHECK(number("max 10,000 blocks", "max {N} blocks") == 10'000);
    CHECK(number("max 1,234,567 blocks", "max {N} blocks") == 1'234'567);
    CHECK(number("max 2K blocks", "max {N} blocks") == 2'000);
    CHECK(number("max 1k", "max {N}") == 1'000);
    CHECK(number("max 3M.", "max {N}") == 3'000'000);
    CHECK(number("between 0-50 blocks", "{N} blocks") == 50);
    CHECK(number("limit: 10, 20", "limit: {N}") == 10);
    CHECK(number("limit: 1,2345", "limit: {N}") == 1);
}

TEST_CASE("a count is whole, positive and fits") {
    CHECK_FALSE(finds("max 1.5 blocks", "max {N}"));
    CHECK_FALSE(finds("max -5 blocks", "{N} blocks"));
    CHECK_FALSE(finds("max v50 blocks", "{N} blocks"));
    CHECK_FALSE(finds("max 1.50 blocks", "{N} blocks"));
    CHECK_FALSE(finds("max 2kb", "max {N} blocks"));
    CHECK_FALSE(number("max 0 blocks", "max {N} blocks").has_value());
    CHECK_FALSE(number("max 18446744073709551616 blocks", "max {N} blocks").has_value());
    CHECK_FALSE(number("max 18446744073709551615k blocks", "max {N} blocks").has_value());
    CHECK(number("max 18446744073709551615 blocks", "max {N} blocks") == ~std::uint64_t{0});
    CHECK_FALSE(number("max " + std::string(5000, '9'), "max {N}").has_value());
}

TEST_CASE("block numbers are read as decimal or with 0x, and kept in order") {
    const auto match = find_pattern("[0x10, 0XfF]", "[{H}, {H}]");
    REQUIRE(match.has_value());
    CHECK(match->blocks == std::vector<std::optional<std::uint64_t>>{16, 255});
    CHECK_FALSE(match->number.has_value());
    CHECK(find_pattern("100-200", "{H}-{H}")->blocks[1] == 200);
    CHECK_FALSE(finds("[0x, 0x1]", "[{H}, {H}]"));
    CHECK_FALSE(finds("[0x1g, 0x1]", "[{H}, {H}]"));
    const auto huge = find_pattern("[0x1ffffffffffffffff, 0x2]", "[{H}, {H}]");
    REQUIRE(huge.has_value());
    CHECK_FALSE(huge->blocks[0].has_value());
    CHECK(huge->blocks[1] == 2);
}

TEST_CASE("what did not belong to the match is not kept") {
    const auto match = find_pattern("[1, x] [2, 3]", "[{H}, {H}]");
    REQUIRE(match.has_value());
    CHECK(match->blocks == std::vector<std::optional<std::uint64_t>>{2, 3});
    CHECK(number("range 7 of 9 exceeds 5", "range {A} of {A} exceeds {N}") == 5);
}

}  // namespace redink::rpc
