#include <doctest/doctest.h>

#include "indexer/chain/abi.hpp"
#include "indexer/chain/receipt.hpp"
#include "tests/property/random_source.hpp"
#include "tests/unit/chain/chain_data.hpp"

namespace redink::chain {
namespace {

using test::RandomSource;

const std::vector<std::string> kTokens{
    "null",
    "true",
    "[]",
    "{}",
    "\"0x\"",
    "\"\"",
    "-1",
    "18446744073709551616",
    "1e300",
    "\"0x1\"",
    "\"\\u0000\"",
    "[[[[0]]]]",
    "\"",
    ",",
    ":",
    "0x",
    "{\"logs\":[0]}",
    "\"0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\""};

/// `text` after a few blows: bytes changed, cut or doubled, values exchanged for odd ones.
std::string battered(std::string text, RandomSource& random) {
    for (std::size_t blows = 1 + random.below(4); blows > 0 && !text.empty(); --blows) {
        const std::size_t at = random.below(text.size());
        switch (random.below(5)) {
            case 0:
                text[at] = static_cast<char>(random.below(256));
                break;
            case 1:
                text.erase(at, 1 + random.below(20));
                break;
            case 2:
                text.insert(at, text.substr(random.below(text.size()), random.below(40)));
                break;
            case 3:
                text.insert(at, kTokens[random.below(kTokens.size())]);
                break;
            default: {
                const std::size_t value = text.find(":\"", at);
                if (value != std::string::npos) {
                    const std::size_t end = text.find('"', value + 2);
                    text.replace(value + 1, end - value, kTokens[random.below(kTokens.size())]);
                }
            }
        }
    }
    return text;
}

struct Tally {
    int accepted = 0;
    int refused = 0;

    template <class T>
    void count(const Result<T>& result) {
        (result.has_value() ? accepted : refused)++;
        REQUIRE((result.has_value() || result.error().text.size() < 1000));
    }
};

/// Gives each of `texts` to every parser, `rounds` times in another battered state.
Tally batter(const std::vector<std::string>& texts, int rounds) {
    INFO("seed ", test::kSeed);
    RandomSource random{test::kSeed};
    simdjson::dom::parser parser;
    Tally tally;
    for (int i = 0; i < rounds; ++i) {
        const std::string text = battered(texts[random.below(texts.size())], random);
        simdjson::dom::element root;
        if (parser.parse(text).get(root) != simdjson::SUCCESS) {
            continue;
        }
        tally.count(parse_verified_header(root));
        tally.count(parse_header(root));
        tally.count(parse_log(root));
        tally.count(parse_logs(root));
        const Result<std::vector<Receipt>> receipts = parse_receipts(root);
        tally.count(receipts);
        if (receipts.has_value()) {
            (void)receipts_root(*receipts);
        }
    }
    return tally;
}

}  // namespace

TEST_CASE("battered headers are refused or read, and nothing else happens") {
    const Tally tally = batter(test::load_lines("headers/fork-boundaries.jsonl.gz"), 3000);
    CHECK(tally.accepted > 20);
    CHECK(tally.refused > 20);
}

TEST_CASE("battered logs are refused or read, and nothing else happens") {
    const Tally tally = batter(test::load_lines("blocks/ethereum-18000000-logs.jsonl.gz"), 5000);
    CHECK(tally.accepted > 20);
    CHECK(tally.refused > 20);
}

TEST_CASE("battered receipts are refused or read, and nothing else happens") {
    std::vector<std::string> texts;
    for (const std::string& line : test::load_lines("blocks/ethereum-1000001-1000030.jsonl.gz")) {
        texts.push_back(simdjson::minify(test::Document{line}["receipts"]));
    }
    const Tally tally = batter(texts, 3000);
    CHECK(tally.accepted > 20);
    CHECK(tally.refused > 20);
}

TEST_CASE("readers of event data survive any bytes") {
    INFO("seed ", test::kSeed);
    RandomSource random{test::kSeed};
    int found = 0;
    for (int i = 0; i < 5000; ++i) {
        Bytes data = random.bytes(random.below(200));
        for (std::size_t at = 0; at < data.size(); ++at) {
            data[at] = at % 32 < 31 && random.below(40) != 0 ? 0 : data[at];
        }
        for (std::size_t index = 0; index < 8; ++index) {
            const std::size_t place = index == 7 ? random.word() : index;
            const auto text = abi::string_at(data, place);
            const auto words = abi::words_at(data, place);
            REQUIRE((!text || text->size() <= data.size()));
            REQUIRE((!words || words->size() <= data.size()));
            REQUIRE(abi::word(data, place).has_value() == (place < data.size() / 32));
            (void)abi::address_at(data, place);
            (void)abi::bool_at(data, place);
            (void)abi::int_at(data, place);
            found += text || words ? 1 : 0;
        }
    }
    CHECK(found > 20);
}

}  // namespace redink::chain
