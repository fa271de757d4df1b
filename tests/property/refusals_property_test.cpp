#include <string>

#include <doctest/doctest.h>

#include "indexer/rpc/pool/refusals.hpp"
#include "tests/property/random_source.hpp"

namespace redink::rpc {
namespace {

using test::RandomSource;

const std::vector<std::string> kTexts{
    "You can make eth_getLogs requests with up to a 2K block range. Based on your parameters, this "
    "block range should work: [0x10, 0x203]",
    "query returned more than 10,000 results. Try with this block range [0x64, 0xC8].",
    R"({"from":"0x64","limit":10000,"to":"0xC8"})",
    "query exceeds max results 20000, retry with the range 100-150",
    "requested block range 500 exceeds the limit of 200; narrow your fromBlock/toBlock",
    "query exceeds max block range 100000",
    "This query contains 6000 filters. The current limit is 5000.",
    "maximum [from, to] blocks distance: 2000",
    "Exceeded max limit of 167772160. Response is too big"};

const std::vector<std::string> kPieces{
    "0", "-", ",", "k", "0x", "18446744073709551615", "18446744073709551616", "[", "\"", "0 ", "."};

std::string mutated(RandomSource& random) {
    std::string text = kTexts[random.below(kTexts.size())];
    for (std::size_t blows = 1 + random.below(5); blows > 0; --blows) {
        const std::size_t at = random.below(text.size() + 1);
        switch (random.below(4)) {
            case 0:
                text.insert(at, 1, static_cast<char>(random.below(256)));
                break;
            case 1:
                text.erase(at, random.below(9));
                break;
            case 2:
                text.insert(at, kPieces[random.below(kPieces.size())]);
                break;
            default:
                text.insert(at, kTexts[random.below(kTexts.size())]);
        }
    }
    return text;
}

}  // namespace

TEST_CASE("a mutated refusal never gives a limit of zero, an inverted range or a growing step") {
    INFO("seed ", test::kSeed);
    RandomSource random{test::kSeed};
    int limits = 0;
    int suggestions = 0;
    for (int i = 0; i < 5000; ++i) {
        CallError error = fail(RpcErrc::refused, "");
        error.refusal = Refusal{-32000, mutated(random), mutated(random)};
        error.body = mutated(random);
        CAPTURE(error.refusal->message);
        CAPTURE(error.refusal->data);
        const RefusalReading reading = read_refusal(error);
        REQUIRE(reading.limit != std::uint64_t{0});
        REQUIRE((!reading.limit || reading.unit != RefusalUnit::none));
        const bool cap = reading.limit && reading.unit == RefusalUnit::blocks;
        REQUIRE((!cap || reading.kind == RefusalClass::range_too_wide));
        if (reading.suggested) {
            REQUIRE(reading.suggested->first <= reading.suggested->last);
        }
        const chain::BlockRange asked{chain::BlockNumber{100}, chain::BlockNumber{200}};
        const auto usable = usable_suggestion(reading, asked);
        REQUIRE((!usable || (usable->first == asked.first && usable->last < asked.last)));
        limits += reading.limit ? 1 : 0;
        suggestions += usable ? 1 : 0;
    }
    CHECK(limits > 500);
    CHECK(suggestions > 50);
}

}  // namespace redink::rpc
