#include "indexer/chain/ordered_trie.hpp"

#include <doctest/doctest.h>

#include "indexer/chain/keccak.hpp"

namespace redink::chain {

TEST_CASE("the root of nothing is the hash of the empty string's RLP") {
    CHECK(ordered_trie_root({}).hex() ==
          "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
}

TEST_CASE("one value is one leaf under the key 0x80") {
    const std::vector<Bytes> values{{0x61}};
    CHECK(ordered_trie_root(values) == keccak256(*from_hex("0xc482208061")));
}

TEST_CASE("two short values sit inside their branch") {
    const std::vector<Bytes> values{{0x61}, {0x62}};
    const Bytes branch = *from_hex(
        "0xd5"
        "c23162"
        "80808080808080"
        "c23061"
        "80808080808080"
        "80");
    CHECK(ordered_trie_root(values) == keccak256(branch));
}

TEST_CASE("the root depends on order, number and every value") {
    std::vector<Bytes> values;
    for (std::uint8_t i = 0; i < 200; ++i) {
        values.push_back(Bytes(40, i));
    }
    const Hash32 root = ordered_trie_root(values);
    std::swap(values[127], values[128]);
    CHECK(ordered_trie_root(values) != root);
    std::swap(values[127], values[128]);
    values[199][39] ^= 1;
    CHECK(ordered_trie_root(values) != root);
    values[199][39] ^= 1;
    CHECK(ordered_trie_root(values) == root);
    values.pop_back();
    CHECK(ordered_trie_root(values) != root);
}

}  // namespace redink::chain
