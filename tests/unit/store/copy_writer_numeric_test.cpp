#include "indexer/store/copy_writer_numeric.hpp"

#include <cstring>
#include <endian.h>
#include <vector>

#include <doctest/doctest.h>

using namespace redink;
using store::NumericBinary;
using store::Sign;

namespace {

std::vector<int> words_of(const NumericBinary& numeric) {
    std::vector<int> words;
    for (std::size_t at = 0; at < numeric.size(); at += 2) {
        std::uint16_t word = 0;
        std::memcpy(&word, static_cast<const char*>(numeric.data()) + at, sizeof word);
        words.push_back(be16toh(word));
    }
    return words;
}

}  // namespace

TEST_CASE("zero has no digits and no sign") {
    CHECK(words_of(NumericBinary{Sign::plus, 0}) == std::vector<int>{0, 0, 0, 0});
    CHECK(words_of(NumericBinary{Sign::minus, 0}) == std::vector<int>{0, 0, 0, 0});
}

TEST_CASE("digits are base 10000, most significant first") {
    CHECK(words_of(NumericBinary{Sign::plus, 9999}) == std::vector<int>{1, 0, 0, 0, 9999});
    CHECK(words_of(NumericBinary{Sign::plus, 123456789}) ==
          std::vector<int>{3, 2, 0, 0, 1, 2345, 6789});
    CHECK(words_of(NumericBinary{Sign::minus, 10001}) == std::vector<int>{2, 1, 0x4000, 0, 1, 1});
}

TEST_CASE("trailing zero digits are carried by the weight") {
    CHECK(words_of(NumericBinary{Sign::plus, pow10(18)}) == std::vector<int>{1, 4, 0, 0, 100});
    CHECK(words_of(NumericBinary{Sign::plus, pow10(76)}) == std::vector<int>{1, 19, 0, 0, 1});
}

TEST_CASE("the largest number has twenty digits") {
    const std::vector<int> words = words_of(NumericBinary{Sign::plus, max_u256()});
    REQUIRE(words.size() == 24);
    CHECK(words[0] == 20);
    CHECK(words[1] == 19);
    CHECK(words[4] == 11);
    CHECK(words[23] == 9935);
}
