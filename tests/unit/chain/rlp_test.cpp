#include "indexer/chain/rlp.hpp"

#include <doctest/doctest.h>

namespace redink::chain {
namespace {

template <class T>
std::string encoded(const T& value) {
    Bytes out;
    rlp::append(out, value);
    return to_hex(out);
}

ByteView view(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

TEST_CASE("strings are encoded as the specification's examples") {
    CHECK(encoded(view("dog")) == "0x83646f67");
    CHECK(encoded(ByteView{}) == "0x80");
    CHECK(encoded(view(std::string_view{"\0", 1})) == "0x00");
    CHECK(encoded(view("\x7f")) == "0x7f");
    CHECK(encoded(view("\x80")) == "0x8180");
    CHECK(encoded(view("Lorem ipsum dolor sit amet, consectetur adipisicing elit")) ==
          "0xb8384c6f72656d20697073756d20646f6c6f722073697420616d65742c20636f6e73656374657475"
          "72206164697069736963696e6720656c6974");
}

TEST_CASE("integers carry no leading zeros") {
    CHECK(encoded(std::uint64_t{0}) == "0x80");
    CHECK(encoded(std::uint64_t{15}) == "0x0f");
    CHECK(encoded(std::uint64_t{1024}) == "0x820400");
    CHECK(encoded(~std::uint64_t{0}) == "0x88ffffffffffffffff");
    CHECK(encoded(U256{0}) == "0x80");
    CHECK(encoded(U256{1024}) == "0x820400");
    CHECK(encoded(U256{1} << 64) == "0x89010000000000000000");
    CHECK(encoded(max_u256()) == "0xa0" + std::string(64, 'f'));
}

TEST_CASE("a list wraps what was appended after its start") {
    Bytes out;
    rlp::append(out, std::uint64_t{1});
    const std::size_t start = out.size();
    rlp::append(out, view("cat"));
    rlp::append(out, view("dog"));
    rlp::wrap_list(out, start);
    CHECK(to_hex(out) == "0x01c88363617483646f67");
    Bytes empty;
    rlp::wrap_list(empty, 0);
    CHECK(to_hex(empty) == "0xc0");
}

TEST_CASE("the length of a payload takes its own bytes above 55") {
    for (const auto& [size, prefix] :
         {std::pair{55U, "0xb7"}, {56U, "0xb838"}, {256U, "0xb90100"}, {65536U, "0xba010000"}}) {
        const std::string text = encoded(ByteView{Bytes(size, 0xaa)});
        CHECK(text.substr(0, std::string_view{prefix}.size()) == prefix);
    }
    Bytes list(56, 0x01);
    rlp::wrap_list(list, 0);
    CHECK(to_hex(list).substr(0, 8) == "0xf83801");
}

}  // namespace redink::chain
