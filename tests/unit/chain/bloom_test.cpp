#include "indexer/chain/bloom.hpp"

#include <doctest/doctest.h>

namespace redink::chain {
namespace {

const Address kToken = *Address::parse("0xc083e9947cf02b8ffc7d3090ae9aea72df98fd47");
const Hash32 kTopic =
    *Hash32::parse("0xe1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c");

}  // namespace

TEST_CASE("a bloom admits what was added and denies what was not") {
    Bloom bloom;
    CHECK(bloom.empty());
    CHECK_FALSE(bloom.may_contain(bloom_bits(kToken.view())));
    bloom.add(kToken.view());
    CHECK_FALSE(bloom.empty());
    CHECK(bloom.may_contain(bloom_bits(kToken.view())));
    CHECK_FALSE(bloom.may_contain(bloom_bits(kTopic.view())));
}

TEST_CASE("bit 0 is the lowest bit of the last byte") {
    Bloom bloom;
    bloom.add(BloomBits{0, 9, 2047});
    CHECK(bloom.view()[255] == 0x01);
    CHECK(bloom.view()[254] == 0x02);
    CHECK(bloom.view()[0] == 0x80);
}

TEST_CASE("merging admits what either admits") {
    Bloom one;
    one.add(kToken.view());
    Bloom two;
    two.add(kTopic.view());
    CHECK_FALSE(one.covers(two));
    one.merge(two);
    CHECK(one.covers(two));
    CHECK(one.may_contain(bloom_bits(kTopic.view())));
    CHECK(one.may_contain(bloom_bits(kToken.view())));
    CHECK_FALSE(two.may_contain(bloom_bits(kToken.view())));
}

TEST_CASE("a bloom is 256 bytes of hexadecimal and nothing else") {
    Bloom bloom;
    bloom.add(kToken.view());
    CHECK(Bloom::parse(to_hex(bloom.view())) == bloom);
    CHECK_FALSE(Bloom::parse("0x"));
    CHECK_FALSE(Bloom::parse("0x" + std::string(510, '0')));
    CHECK_FALSE(Bloom::parse("0x" + std::string(511, '0') + "g"));
    CHECK_FALSE(Bloom::parse(std::string(514, '0')));
}

}  // namespace redink::chain
