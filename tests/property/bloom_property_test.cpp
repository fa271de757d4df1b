#include <doctest/doctest.h>

#include "indexer/chain/bloom.hpp"
#include "indexer/chain/keccak.hpp"
#include "tests/property/random_source.hpp"

namespace redink::chain {
namespace {

/// The three bits of an item among 2048, by the letter of the Yellow Paper.
std::vector<bool> slow_bits(ByteView item) {
    std::vector<bool> bits(2048);
    const std::string hash = keccak256(item).hex().substr(2);
    for (std::size_t pair = 0; pair < 3; ++pair) {
        bits[std::stoul(hash.substr(4 * pair, 4), nullptr, 16) % 2048] = true;
    }
    return bits;
}

}  // namespace

TEST_CASE("a bloom never denies what was added, and sets no bit beside") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    for (int round = 0; round < 100; ++round) {
        Bloom bloom;
        Bloom merged;
        std::vector<bool> expected(2048);
        std::vector<Bytes> items;
        for (std::size_t i = 0; i < 1 + random.below(30); ++i) {
            items.push_back(random.bytes(random.below(2) == 0 ? 20 : 32));
            bloom.add(items.back());
            Bloom single;
            single.add(items.back());
            merged.merge(single);
            const std::vector<bool> bits = slow_bits(items.back());
            for (std::size_t bit = 0; bit < bits.size(); ++bit) {
                expected[bit] = expected[bit] || bits[bit];
            }
        }
        for (const Bytes& item : items) {
            REQUIRE(bloom.may_contain(bloom_bits(item)));
        }
        for (std::size_t bit = 0; bit < expected.size(); ++bit) {
            const std::uint8_t byte = bloom.view()[255 - bit / 8];
            REQUIRE(((byte >> (bit % 8) & 1) != 0) == expected[bit]);
        }
        REQUIRE(merged == bloom);
        REQUIRE(Bloom::parse(to_hex(bloom.view())) == bloom);
    }
}

TEST_CASE("a bloom with few items denies nearly everything else") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    Bloom bloom;
    for (int i = 0; i < 10; ++i) {
        bloom.add(random.bytes(32));
    }
    int admitted = 0;
    for (int i = 0; i < 2000; ++i) {
        admitted += bloom.may_contain(bloom_bits(random.bytes(32))) ? 1 : 0;
    }
    CHECK(admitted < 5);
}

}  // namespace redink::chain
