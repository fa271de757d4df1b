#include "indexer/chain/multicall.hpp"

#include <doctest/doctest.h>

namespace redink::chain {
namespace {

std::string word(const std::string& digits) {
    return std::string(64 - digits.size(), '0') + digits;
}

Bytes bytes_of(const std::string& digits) {
    return from_hex("0x" + digits).value();
}

// Encoded by ethers 6: a price, a failure without data, three bytes.
const std::string kThreeResults = word("20") + word("3") + word("60") + word("e0") + word("140") +
                                  word("1") + word("40") + word("20") + word("5f5a668") + word("") +
                                  word("40") + word("") + word("1") + word("40") + word("3") +
                                  "010203" + std::string(58, '0');

}  // namespace

TEST_CASE("calls are encoded as ethers encodes them") {
    const Bytes ask_price = bytes_of("b3596f07" + word("a0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"));
    const std::vector<multicall::Call> calls{
        {*Address::parse("0x54586be62e3c3580375ae3723c145253060ca0c2"), ask_price},
        {*Address::parse("0x" + std::string(40, '1')), {}}};
    const std::string expected =
        "0x82ad56cb" + word("20") + word("2") + word("40") + word("100") +
        word("54586be62e3c3580375ae3723c145253060ca0c2") + word("1") + word("60") + word("24") +
        "b3596f07" + word("a0b86991c6218b36c1d19d4a2e9eb0ce3606eb48") + std::string(56, '0') +
        word(std::string(40, '1')) + word("1") + word("60") + word("");
    CHECK(to_hex(multicall::encode(calls)) == expected);
    CHECK(to_hex(multicall::encode({})) == "0x82ad56cb" + word("20") + word(""));
    CHECK(multicall::address().hex() == "0xca11bde05977b3631167028862be2a173976ca11");
}

TEST_CASE("results are read in their order, failures too") {
    const Bytes answer = bytes_of(kThreeResults);
    const auto outcomes = multicall::decode(answer, 3);
    REQUIRE(outcomes.has_value());
    CHECK((*outcomes)[0].succeeded);
    CHECK(to_hex((*outcomes)[0].data) == "0x" + word("5f5a668"));
    CHECK_FALSE((*outcomes)[1].succeeded);
    CHECK((*outcomes)[1].data.empty());
    CHECK(to_hex((*outcomes)[2].data) == "0x010203");
    CHECK(multicall::decode(bytes_of(word("20") + word("")), 0)->empty());
}

TEST_CASE("another number of results than calls is refused") {
    const Bytes answer = bytes_of(kThreeResults);
    CHECK_FALSE(multicall::decode(answer, 2));
    CHECK_FALSE(multicall::decode(answer, 4));
    CHECK_FALSE(multicall::decode({}, 1));
    CHECK_FALSE(multicall::decode({}, 0));
}

TEST_CASE("an answer that ends too early is refused at every length that matters") {
    const Bytes answer = bytes_of(kThreeResults);
    // The last result's three bytes are all that has to be there; their padding need not.
    const std::size_t needed = answer.size() - 29;
    for (std::size_t size = 0; size < answer.size(); ++size) {
        CAPTURE(size);
        const auto outcomes = multicall::decode(ByteView{answer}.first(size), 3);
        CHECK(outcomes.has_value() == (size >= needed));
    }
}

TEST_CASE("hostile offsets and lengths are refused") {
    const std::string huge(64, 'f');
    const std::string most = word("ffffffffffffffff");
    for (const std::string& bad : {huge, most, word("8000000000000000"), word("1000")}) {
        CHECK_FALSE(multicall::decode(bytes_of(bad + word("1")), 1));
        CHECK_FALSE(multicall::decode(bytes_of(word("20") + bad), 1));
        CHECK_FALSE(multicall::decode(bytes_of(word("20") + word("1") + bad + word("1")), 1));
        const std::string to_element = word("20") + word("1") + word("20");
        CHECK_FALSE(multicall::decode(bytes_of(to_element + word("1") + bad + word("")), 1));
        CHECK_FALSE(multicall::decode(bytes_of(to_element + word("1") + word("40") + bad), 1));
    }
    // Neither true nor false.
    CHECK_FALSE(multicall::decode(
        bytes_of(word("20") + word("1") + word("20") + word("2") + word("40") + word("")), 1));
}

}  // namespace redink::chain
