#include <doctest/doctest.h>

#include "indexer/chain/hex.hpp"
#include "indexer/chain/word.hpp"
#include "tests/property/random_source.hpp"

namespace redink::chain {

TEST_CASE("decoding what was written in hexadecimal gives it back, in either case") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    for (int i = 0; i < 2000; ++i) {
        const Bytes bytes = random.bytes(random.below(100));
        std::string text = to_hex(bytes);
        for (char& c : text) {
            if (c >= 'a' && c <= 'f' && random.below(2) == 0) {
                c = static_cast<char>(c - 'a' + 'A');
            }
        }
        REQUIRE(*from_hex(text) == bytes);
    }
}

TEST_CASE("one wrong character anywhere is refused") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    for (int i = 0; i < 2000; ++i) {
        std::string text = to_hex(random.bytes(1 + random.below(64)));
        const std::string_view wrong{"/:@G`g\x80\xb1\xff\0 -", 12};
        text[2 + random.below(text.size() - 2)] = wrong[random.below(wrong.size())];
        REQUIRE(from_hex(text).has_error());
    }
}

TEST_CASE("quantities and words give their numbers back") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    for (int i = 0; i < 2000; ++i) {
        const std::uint64_t small = random.word() >> random.below(64);
        REQUIRE(*parse_quantity(to_quantity(small)) == small);
        REQUIRE(parse_big_quantity(to_quantity(small)) == U256{small});
        const U256 number = random.number();
        REQUIRE(parse_big_quantity(to_quantity(number)) == number);
        REQUIRE(to_u256(to_word(number)) == number);
        const Int256 negated = to_int256(to_word(U256{max_u256() - number}));
        REQUIRE(negated.negative == (number < U256{1} << 255));
        if (negated.negative) {
            REQUIRE(negated.magnitude == U256{number + 1U});
        }
    }
}

}  // namespace redink::chain
