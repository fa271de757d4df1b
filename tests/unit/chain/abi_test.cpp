#include "indexer/chain/abi.hpp"

#include <array>

#include <doctest/doctest.h>

namespace redink::chain {
namespace {

Bytes data_of(std::initializer_list<U256> words) {
    Bytes data;
    for (const U256& word : words) {
        const Hash32 bytes = to_word(word);
        data.insert(data.end(), bytes.bytes().begin(), bytes.bytes().end());
    }
    return data;
}

void append_text(Bytes& data, std::string_view text) {
    data.insert(data.end(), text.begin(), text.end());
}

}  // namespace

TEST_CASE("the topic of an event is the keccak of its signature") {
    CHECK(abi::event_topic("Transfer(address,address,uint256)").hex() ==
          "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
}

TEST_CASE("a call is its selector and its words") {
    const Hash32 owner = to_word(*Address::parse("0x00000000000000000000000000000000000000ff"));
    const Bytes call = abi::encode_call("balanceOf(address)", std::array{owner});
    CHECK(to_hex(call) == "0x70a08231" + owner.hex().substr(2));
    CHECK(to_hex(abi::encode_call("totalSupply()")) == "0x18160ddd");
}

TEST_CASE("words are read by index, and only whole ones") {
    Bytes data = data_of({7, max_u256()});
    CHECK(abi::word(data, 0) == U256{7});
    CHECK(abi::word(data, 1) == max_u256());
    CHECK_FALSE(abi::word(data, 2));
    CHECK_FALSE(abi::word(data, ~std::size_t{0}));
    CHECK_FALSE(abi::word(data, (~std::size_t{0}) / 32 + 1));
    data.pop_back();
    CHECK_FALSE(abi::word(data, 1));
    CHECK_FALSE(abi::word({}, 0));
}

TEST_CASE("typed readers refuse words outside their type") {
    const Bytes data = data_of({1, 2, U256{1} << 160, (U256{1} << 160) - 1, max_u256()});
    CHECK(abi::bool_at(data, 0) == true);
    CHECK_FALSE(abi::bool_at(data, 1).has_value());
    CHECK_FALSE(abi::address_at(data, 2));
    CHECK(abi::address_at(data, 3)->hex() == "0x" + std::string(40, 'f'));
    CHECK(abi::int_at(data, 4) == Int256{true, 1});
    CHECK(abi::uint64_at(data, 1) == 2U);
    CHECK_FALSE(abi::uint64_at(data, 2));
    CHECK_FALSE(abi::address_at(data, 5));
    CHECK_FALSE(abi::bool_at(data, 5).has_value());
    CHECK_FALSE(abi::int_at(data, 5));
}

TEST_CASE("a string is found behind its offset") {
    Bytes data = data_of({9, 64, 5});
    append_text(data, "hello");
    CHECK(abi::string_at(data, 1) == "hello");
    data.resize(data.size() + 27);
    CHECK(abi::string_at(data, 1) == "hello");
    CHECK(abi::string_at(data_of({32, 0}), 0) == "");
}

TEST_CASE("hostile offsets and lengths of strings are refused") {
    Bytes data = data_of({32, 6});
    append_text(data, "hello");
    CHECK_FALSE(abi::string_at(data, 0));
    for (const U256& bad : {U256{33},
                            U256{64},
                            U256{65},
                            U256{1} << 63,
                            U256{~std::uint64_t{0}},
                            U256{1} << 64,
                            max_u256()}) {
        CHECK_FALSE(abi::string_at(data_of({bad, 1}), 0));
        CHECK_FALSE(abi::bytes_at(data_of({32, bad}), 0));
        CHECK_FALSE(abi::words_at(data_of({32, bad}), 0));
    }
}

TEST_CASE("an array of words is a view to which the readers apply") {
    const Bytes data = data_of({32, 2, 11, 12});
    const auto words = abi::words_at(data, 0);
    REQUIRE(words);
    CHECK(words->size() == 64);
    CHECK(abi::word(*words, 1) == U256{12});
    CHECK_FALSE(abi::words_at(data_of({32, 3, 11, 12}), 0));
    CHECK(abi::words_at(data_of({32, U256{1} << 59}), 0) == std::nullopt);
}

}  // namespace redink::chain
