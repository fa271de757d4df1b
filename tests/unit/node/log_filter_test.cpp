#include <algorithm>

#include <doctest/doctest.h>
#include <simdjson.h>

#include "tests/property/random_source.hpp"
#include "tests/unit/chain/chain_data.hpp"
#include "tests/unit/node/recorded_node.hpp"

namespace redink::node {
namespace {

using nlohmann::json;
using test::quantity;
using test::RandomSource;
using test::RecordedNode;

/// The logs of a recording, read without any of the code under test.
struct PlainLog {
    std::uint64_t block = 0;
    std::string block_hash;
    std::string address;
    std::vector<std::string> topics;
    std::string text;
};

std::vector<PlainLog> load_plain_logs(const std::string& name) {
    std::vector<PlainLog> all;
    std::uint64_t block = 0;
    for (const std::string& line : test::load_lines("chains/" + name + "/chain.jsonl.gz")) {
        const test::Document document{line};
        for (const auto receipt : document["receipts"]) {
            for (const auto log : receipt["logs"]) {
                PlainLog plain{block,
                               std::string{log["blockHash"].get_string().value()},
                               std::string{log["address"].get_string().value()},
                               {},
                               simdjson::minify(log)};
                for (const auto topic : log["topics"]) {
                    plain.topics.emplace_back(topic.get_string().value());
                }
                all.push_back(std::move(plain));
            }
        }
        ++block;
    }
    return all;
}

bool is_one_of(const json& wanted, const std::string& word) {
    if (wanted.is_null() || (wanted.is_array() && wanted.empty())) {
        return true;
    }
    if (wanted.is_string()) {
        return wanted.get_ref<const std::string&>() == word;
    }
    return std::any_of(wanted.begin(), wanted.end(), [&](const json& each) {
        return each.get_ref<const std::string&>() == word;
    });
}

bool passes(const json& filter, const PlainLog& log) {
    if (filter.contains("address") && !is_one_of(filter["address"], log.address)) {
        return false;
    }
    const auto topics = filter.find("topics");
    for (std::size_t i = 0; topics != filter.end() && i < topics->size(); ++i) {
        if (!is_one_of((*topics)[i], i < log.topics.size() ? log.topics[i] : "none")) {
            return false;
        }
    }
    return true;
}

std::string expected(const std::vector<PlainLog>& logs,
                     const json& filter,
                     std::uint64_t first,
                     std::uint64_t last) {
    std::string text = "[";
    for (const PlainLog& log : logs) {
        if (log.block >= first && log.block <= last && passes(filter, log)) {
            text += (text.size() > 1 ? "," : "") + log.text;
        }
    }
    return text + "]";
}

std::string served(RecordedNode& node, const json& filter) {
    constexpr std::string_view kStart = R"({"jsonrpc":"2.0","id":1,"result":)";
    const std::string answer = node.raw(json{
        {"jsonrpc", "2.0"},
        {"id", 1},
        {"method", "eth_getLogs"},
        {"params", {filter}}}.dump());
    REQUIRE(answer.substr(0, kStart.size()) == kStart);
    return answer.substr(kStart.size(), answer.size() - kStart.size() - 1);
}

/// One word of some log, or a list of them, or everything.
json words(RandomSource& random, const std::vector<std::string>& known) {
    json list = json::array();
    switch (random.below(5)) {
        case 0:
            return nullptr;
        case 1:
            return list;
        case 2:
            return known[random.below(known.size())];
        default:
            for (std::size_t i = random.below(4) + 1; i > 0; --i) {
                list.push_back(known[random.below(known.size())]);
            }
            return list;
    }
}

json random_filter(RandomSource& random, const std::vector<PlainLog>& logs) {
    std::vector<std::string> addresses{"0x00000000000000000000000000000000000000ff"};
    std::array<std::vector<std::string>, 4> topics;
    for (int i = 0; i < 4; ++i) {
        const PlainLog& log = logs[random.below(logs.size())];
        addresses.push_back(log.address);
        for (std::size_t at = 0; at < log.topics.size(); ++at) {
            topics[at].push_back(log.topics[at]);
        }
    }
    json filter = json::object();
    if (random.below(2) == 0) {
        filter["address"] = words(random, addresses);
    }
    if (random.below(3) > 0) {
        filter["topics"] = json::array();
        for (std::size_t at = 0, count = random.below(5); at < count; ++at) {
            topics[at].push_back("0x" + std::string(63, '0') + "7");
            filter["topics"].push_back(words(random, topics[at]));
        }
    }
    return filter;
}

TEST_CASE("every form of filter gives what a slow search gives") {
    INFO("seed ", test::kSeed);
    RandomSource random{test::kSeed};
    for (const std::string name : {"aave-v3", "aave-v30"}) {
        RecordedNode node{{}, std::nullopt, {}, name};
        const std::vector<PlainLog> logs = load_plain_logs(name);
        const std::uint64_t last = node.recording().range().last.value();
        for (int i = 0; i < 1000; ++i) {
            json filter = random_filter(random, logs);
            const std::uint64_t from = random.below(last + 1);
            const std::uint64_t to = std::min(from + random.below(1 + random.below(80)), last);
            const std::string want = expected(logs, filter, from, to);
            filter["fromBlock"] = chain::to_quantity(from);
            filter["toBlock"] = chain::to_quantity(to);
            CAPTURE(filter.dump());
            REQUIRE(served(node, filter) == want);
        }
    }
}

TEST_CASE("ranges by tags, by hash and by nothing are the blocks they stand for") {
    RecordedNode node;
    const std::vector<PlainLog> logs = load_plain_logs("aave-v3");
    const json all = json::object();
    const std::uint64_t head = 718;
    CHECK(served(node, {{"fromBlock", "earliest"}}) == expected(logs, all, 0, head));
    CHECK(served(node, json::object()) == expected(logs, all, head, head));
    CHECK(served(node, {{"fromBlock", "finalized"}, {"toBlock", "safe"}}) ==
          expected(logs, all, head - 64, head - 32));
    CHECK(served(node, {{"fromBlock", "safe"}, {"toBlock", "pending"}}) ==
          expected(logs, all, head - 32, head));
    CHECK(served(node, {{"fromBlock", nullptr}, {"toBlock", nullptr}}) ==
          expected(logs, all, head, head));
    for (const PlainLog& log : {logs.front(), logs[4000], logs.back()}) {
        CHECK(served(node, {{"blockHash", log.block_hash}}) ==
              expected(logs, all, log.block, log.block));
        CHECK(served(node, {{"blockHash", log.block_hash}, {"address", log.address}}) ==
              expected(logs, {{"address", log.address}}, log.block, log.block));
    }
}

TEST_CASE("hexadecimal in a filter may be in capitals") {
    RecordedNode node;
    const std::vector<PlainLog> logs = load_plain_logs("aave-v3");
    std::string address = logs[2000].address;
    std::transform(address.begin() + 2, address.end(), address.begin() + 2, [](unsigned char c) {
        return static_cast<char>(std::toupper(c));
    });
    CHECK(served(node, {{"fromBlock", "0x0"}, {"address", address}}) ==
          expected(logs, {{"address", logs[2000].address}}, 0, 718));
}

TEST_CASE("a null inside a list of topics admits everything at that position") {
    RecordedNode node;
    const std::vector<PlainLog> logs = load_plain_logs("aave-v3");
    const json topics = json::array({json::array({logs[0].topics[0], nullptr})});
    CHECK(served(node, json{{"fromBlock", "0x0"}, {"topics", topics}}) ==
          expected(logs, json::object(), 0, 718));
}

}  // namespace
}  // namespace redink::node
