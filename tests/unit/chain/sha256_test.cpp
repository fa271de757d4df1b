#include "indexer/chain/sha256.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "indexer/chain/hex.hpp"

namespace redink::chain {
namespace {

std::string hex_of(std::string_view text) {
    return to_hex(sha256(Bytes(text.begin(), text.end())).bytes);
}

}  // namespace

// FIPS 180-4 examples and the SHAVS short and long messages of NIST.
TEST_CASE("sha256 gives the digests that NIST published") {
    CHECK(hex_of("") == "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hex_of("abc") == "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "0x248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(hex_of("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
                 "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu") ==
          "0xcf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
    CHECK(to_hex(sha256(Bytes{0xbd}).bytes) ==
          "0x68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b");
    CHECK(hex_of(std::string(1'000'000, 'a')) ==
          "0xcdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("sha256 does not depend on what was hashed before") {
    const Digest first = sha256(Bytes(1000, 0x61));
    CHECK(sha256(Bytes(1000, 0x62)) != first);
    CHECK(sha256(Bytes(1000, 0x61)) == first);
}

}  // namespace redink::chain
