#include <doctest/doctest.h>

#include "indexer/chain/abi.hpp"
#include "indexer/chain/multicall.hpp"
#include "indexer/chain/word.hpp"
#include "tests/property/random_source.hpp"

namespace redink::chain {
namespace {

struct Given {
    bool succeeded = false;
    Bytes data;
};

void add(Bytes& out, std::size_t number) {
    const Hash32 word = to_word(U256{number});
    out.insert(out.end(), word.bytes().begin(), word.bytes().end());
}

// What the contract returns: written here a second time, from the ABI's specification.
Bytes encode_results(const std::vector<Given>& results) {
    Bytes out;
    add(out, 32);
    add(out, results.size());
    Bytes tails;
    for (const Given& result : results) {
        add(out, 32 * results.size() + tails.size());
        add(tails, result.succeeded ? 1 : 0);
        add(tails, 64);
        add(tails, result.data.size());
        tails.insert(tails.end(), result.data.begin(), result.data.end());
        tails.resize((tails.size() + 31) / 32 * 32);
    }
    out.insert(out.end(), tails.begin(), tails.end());
    return out;
}

std::vector<Given> random_results(test::RandomSource& random) {
    std::vector<Given> results(random.below(8));
    for (Given& result : results) {
        result.succeeded = random.below(2) == 0;
        result.data = random.bytes(random.below(100));
    }
    return results;
}

}  // namespace

TEST_CASE("results that were encoded come back") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    for (int i = 0; i < 2000; ++i) {
        const std::vector<Given> given = random_results(random);
        const Bytes answer = encode_results(given);
        const auto outcomes = multicall::decode(answer, given.size());
        REQUIRE(outcomes.has_value());
        for (std::size_t k = 0; k < given.size(); ++k) {
            REQUIRE((*outcomes)[k].succeeded == given[k].succeeded);
            const Bytes data{(*outcomes)[k].data.begin(), (*outcomes)[k].data.end()};
            REQUIRE(data == given[k].data);
        }
    }
}

TEST_CASE("damaged answers are read within their bounds or refused") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    std::size_t refused = 0;
    for (int i = 0; i < 4000; ++i) {
        const std::vector<Given> given = random_results(random);
        Bytes answer = encode_results(given);
        for (std::size_t k = 1 + random.below(4); k > 0; --k) {
            answer[random.below(answer.size())] = static_cast<std::uint8_t>(random.word());
        }
        answer.resize(answer.size() - random.below(answer.size() / 4));
        const auto outcomes = multicall::decode(answer, given.size());
        refused += outcomes ? 0U : 1U;
        for (const multicall::Outcome& outcome :
             outcomes.value_or(std::vector<multicall::Outcome>{})) {
            const bool is_inside =
                outcome.data.empty() ||
                (outcome.data.data() >= answer.data() &&
                 outcome.data.data() + outcome.data.size() <= answer.data() + answer.size());
            REQUIRE(is_inside);
        }
    }
    CHECK(refused > 100);
}

TEST_CASE("every call that was encoded can be read again") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    for (int i = 0; i < 1000; ++i) {
        std::vector<multicall::Call> calls(random.below(6));
        for (multicall::Call& call : calls) {
            const Bytes address = random.bytes(Address::kSize);
            call.to = Address{std::span<const std::uint8_t, Address::kSize>{address}};
            call.data = random.bytes(random.below(80));
        }
        const Bytes data = multicall::encode(calls);
        REQUIRE((data.size() - 4) % 32 == 0);
        const ByteView array = ByteView{data}.subspan(4 + 32);
        REQUIRE(abi::uint64_at(array, 0) == calls.size());
        const ByteView elements = array.subspan(32);
        for (std::size_t k = 0; k < calls.size(); ++k) {
            const ByteView element = elements.subspan(*abi::uint64_at(elements, k));
            REQUIRE(abi::address_at(element, 0) == calls[k].to);
            REQUIRE(abi::bool_at(element, 1) == true);
            const ByteView told = *abi::bytes_at(element, 2);
            REQUIRE(Bytes{told.begin(), told.end()} == calls[k].data);
        }
    }
}

}  // namespace redink::chain
