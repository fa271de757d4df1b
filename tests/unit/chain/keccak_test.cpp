#include "indexer/chain/keccak.hpp"

#include <doctest/doctest.h>

namespace redink::chain {

TEST_CASE("keccak256 gives the published digests, with the original padding") {
    CHECK(keccak256("").hex() ==
          "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    CHECK(keccak256("abc").hex() ==
          "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
    CHECK(keccak256("The quick brown fox jumps over the lazy dog").hex() ==
          "0x4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15");
    CHECK(keccak256(Bytes{0xc0}).hex() ==
          "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347");
}

TEST_CASE("keccak256 of long input does not depend on what was hashed before") {
    const Bytes long_input(1000, 0x61);
    const Hash32 first = keccak256(long_input);
    CHECK(keccak256("abc") != first);
    CHECK(keccak256(long_input) == first);
    CHECK(keccak256(Bytes(135, 0x61)) != keccak256(Bytes(136, 0x61)));
}

}  // namespace redink::chain
