#include "indexer/chain/log.hpp"

#include <doctest/doctest.h>

#include "indexer/chain/errc.hpp"
#include "tests/unit/chain/chain_data.hpp"

namespace redink::chain {
namespace {

using test::Document;

const std::string kTopic = "\"0x" + std::string(63, '0') + "1\"";

/// A log, with the text `from` replaced by `to`.
std::string log_text(const std::string& from = "", const std::string& to = "") {
    std::string text = R"({"address":"0xC083e9947cf02b8ffc7d3090ae9aea72df98fd47","topics":[)" +
                       kTopic + R"(],"data":"0x00ff","blockNumber":"0x10","transactionHash":)" +
                       kTopic + R"(,"transactionIndex":"0x2","blockHash":)" + kTopic +
                       R"(,"logIndex":"0x3","removed":false,"blockTimestamp":"0x5"})";
    if (!from.empty()) {
        text.replace(text.find(from), from.size(), to);
    }
    return text;
}

Result<Log> parsed(const std::string& text) {
    return parse_log(Document{text}.root());
}

std::string refusal(const std::string& from, const std::string& to) {
    const Result<Log> log = parsed(log_text(from, to));
    if (log.has_value()) {
        return "accepted";
    }
    CHECK(log.error().code == ChainErrc::bad_json);
    return log.error().text;
}

}  // namespace

TEST_CASE("a log is read member by member") {
    const Result<Log> log = parsed(log_text());
    REQUIRE(log.has_value());
    CHECK(log->address.hex() == "0xc083e9947cf02b8ffc7d3090ae9aea72df98fd47");
    CHECK(log->topic_span().size() == 1);
    CHECK(log->topics[0].bytes()[31] == 1);
    CHECK(log->data == Bytes{0x00, 0xff});
    CHECK(log->block == BlockNumber{16});
    CHECK(log->block_hash == log->topics[0]);
    CHECK(log->txn_hash == log->topics[0]);
    CHECK(log->txn_index == 2);
    CHECK(log->log_index == 3);
}

TEST_CASE("quirks of real providers are tolerated") {
    CHECK(parsed(log_text(R"("0x2")", R"("0x")"))->txn_index == 0);
    CHECK(parsed(log_text(R"("0x2")", "2"))->txn_index == 2);
    CHECK(parsed(log_text(R"(,"removed":false)", "")).has_value());
    CHECK(parsed(log_text(R"("removed":false)", R"("removed":null)")).has_value());
    CHECK(parsed(log_text("[" + kTopic + "]", "[]"))->topic_count == 0);
    CHECK(parsed(log_text("0x00ff", "0x"))->data.empty());
    const std::string four = "[" + kTopic + "," + kTopic + "," + kTopic + "," + kTopic + "]";
    CHECK(parsed(log_text("[" + kTopic + "]", four))->topic_count == 4);
}

TEST_CASE("a log that is not of a canonical block is refused") {
    CHECK(refusal(R"("removed":false)", R"("removed":true)") ==
          "log 3 of block 16: was removed by a reorganisation");
    CHECK(refusal(R"("blockHash":)" + kTopic, R"("blockHash":null)") ==
          "log 3 of block 16: \"blockHash\" is missing or null");
    CHECK(refusal(R"("logIndex":"0x3")", R"("logIndex":null)") ==
          "log 0 of block 16: \"logIndex\" is missing or null");
    CHECK(refusal(R"("blockNumber":"0x10")", R"("blockNumber":null)") ==
          "log 3 of block 0: \"blockNumber\" is missing or null");
    CHECK(refusal(R"("transactionHash")", R"("txHash")") ==
          "log 3 of block 16: \"transactionHash\" is missing or null");
}

TEST_CASE("members of the wrong type or size are refused") {
    const std::string five =
        "[" + kTopic + "," + kTopic + "," + kTopic + "," + kTopic + "," + kTopic + "]";
    CHECK(refusal("[" + kTopic + "]", five) == "log 0 of block 0: \"topics\" is not of its type");
    CHECK(refusal("[" + kTopic + "]", "[null]") != "accepted");
    CHECK(refusal("[" + kTopic + "]", "{}") != "accepted");
    CHECK(refusal("0x00ff", "0x00f") != "accepted");
    CHECK(refusal(R"("0x00ff")", "7") != "accepted");
    CHECK(refusal("fd47", "fd4700") != "accepted");
    CHECK(refusal("0x3", "0x100000000") != "accepted");
    CHECK(refusal("0x3", "-0x3") != "accepted");
    CHECK(refusal(R"("0x3")", "-3") != "accepted");
    CHECK(parsed("[]").has_error());
    CHECK(parsed("7").has_error());
    CHECK(parsed("{}").has_error());
}

TEST_CASE("the logs of a real block are read in order") {
    std::string all = "[";
    for (const std::string& line : test::load_lines("blocks/ethereum-18000000-logs.jsonl.gz")) {
        all += line + ",";
    }
    all.back() = ']';
    const Document document{all};
    const Result<std::vector<Log>> logs = parse_logs(document.root());
    REQUIRE(logs.has_value());
    CHECK(logs->size() == 291);
    for (std::size_t i = 0; i < logs->size(); ++i) {
        CHECK(logs->at(i).log_index == i);
        CHECK(logs->at(i).block == BlockNumber{18'000'000});
    }
}

TEST_CASE("one bad log fails the whole answer") {
    CHECK(parse_logs(Document{"[]"}.root())->empty());
    CHECK(parse_logs(Document{"{}"}.root()).has_error());
    CHECK(parse_logs(Document{"[" + log_text() + "]"}.root())->size() == 1);
    CHECK(parse_logs(Document{"[" + log_text() + ",0]"}.root()).has_error());
}

}  // namespace redink::chain
