#include <doctest/doctest.h>

#include "tests/unit/node/recorded_node.hpp"

namespace redink::node {
namespace {

using test::RecordedNode;

constexpr const char* kChainId = R"({"jsonrpc":"2.0","id":1,"method":"eth_chainId"})";

TEST_CASE("a request is answered with its id, whatever it is") {
    RecordedNode node;
    for (const std::string id : {"1", "\"x\"", "null", "0", "-3", "18446744073709551615", "1.5"}) {
        CHECK(node.raw(R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"eth_chainId"})") ==
              R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":"0x7a69"})");
    }
    CHECK(node.raw(R"({"jsonrpc":"2.0","id":"a\"\n","method":"eth_chainId","params":null})") ==
          R"({"jsonrpc":"2.0","id":"a\"\n","result":"0x7a69"})");
}

TEST_CASE("what is not JSON is a parse error without an id") {
    RecordedNode node;
    for (const std::string text : {"", "{", "nonsense", "[1,", "{\"a\":}", "\xff\xfe", "{} {}"}) {
        CAPTURE(text);
        const nlohmann::json answer = node.ask(text);
        CHECK(answer["error"]["code"] == -32700);
        CHECK(answer["id"].is_null());
    }
    CHECK(node.ask(std::string(5000, '['))["error"]["code"] == -32700);
}

TEST_CASE("what is not a request is invalid") {
    RecordedNode node;
    for (const std::string text : {"1",
                                   "\"x\"",
                                   "null",
                                   "{}",
                                   R"({"jsonrpc":"1.0","id":1,"method":"eth_chainId"})",
                                   R"({"id":1,"method":"eth_chainId"})",
                                   R"({"jsonrpc":"2.0","id":1})",
                                   R"({"jsonrpc":"2.0","id":1,"method":7})",
                                   R"({"jsonrpc":"2.0","id":{},"method":"eth_chainId"})",
                                   R"({"jsonrpc":"2.0","id":[],"method":"eth_chainId"})",
                                   R"({"jsonrpc":"2.0","id":true,"method":"eth_chainId"})"}) {
        CAPTURE(text);
        CHECK(node.ask(text)["error"]["code"] == -32600);
        CHECK(node.ask(text)["id"].is_null());
    }
}

TEST_CASE("unknown methods are refused by name, a long name shortened") {
    RecordedNode node;
    CHECK(node.error("eth_sendRawTransaction") ==
          "-32601 the method eth_sendRawTransaction does not exist/is not available");
    CHECK(node.error("a\\\"b").find("a\"b") != std::string::npos);
    CHECK(node.error(std::string(100000, 'x')).size() < 200);
    std::string cut(79, 'x');
    CHECK(node.error(cut + "\xc3\xa9").find("-32601") == 0);
}

TEST_CASE("parameters must be an array") {
    RecordedNode node;
    CHECK(node.error("eth_chainId", "{}") == "-32602 non-array args");
    CHECK(node.error("eth_chainId", "\"x\"") == "-32602 non-array args");
    CHECK(node.error("eth_chainId", "[1]") == "-32602 too many arguments, want at most 0");
}

TEST_CASE("a notification gets no answer, alone or in a batch") {
    RecordedNode node;
    const std::string notification = R"({"jsonrpc":"2.0","method":"eth_chainId"})";
    CHECK(node.raw(notification).empty());
    CHECK(node.raw("[" + notification + "," + notification + "]").empty());
    CHECK(node.ask("[" + notification + "," + kChainId + "," + notification + "]").size() == 1);
    CHECK(node.raw(R"({"jsonrpc":"2.0","method":"no_such_method"})").empty());
}

TEST_CASE("a batch is answered in its order, each request by itself") {
    RecordedNode node;
    const nlohmann::json answers =
        node.ask("[" + std::string{kChainId} + R"(,7,{"jsonrpc":"2.0","id":"b","method":"nope"},)" +
                 R"({"jsonrpc":"2.0","id":3,"method":"eth_blockNumber","params":[]}])");
    REQUIRE(answers.size() == 4);
    CHECK(answers[0]["result"] == "0x7a69");
    CHECK(answers[1]["error"]["code"] == -32600);
    CHECK(answers[2]["id"] == "b");
    CHECK(answers[2]["error"]["code"] == -32601);
    CHECK(answers[3]["result"] == "0x2ce");
}

TEST_CASE("empty and overlong batches are refused with one error") {
    RecordedNode node;
    CHECK(RecordedNode::error_of(node.ask("[]")) == "-32600 empty batch");
    std::string batch = "[";
    for (std::size_t i = 0; i < kMaxBatch; ++i) {
        batch += std::string{kChainId} + ",";
    }
    batch.back() = ']';
    CHECK(node.ask(batch).size() == kMaxBatch);
    batch.back() = ',';
    CHECK(RecordedNode::error_of(node.ask(batch + kChainId + "]")) == "-32600 batch too large");
}

TEST_CASE("a batch inside a batch is no request") {
    RecordedNode node;
    const nlohmann::json answers = node.ask("[[" + std::string{kChainId} + "]]");
    REQUIRE(answers.size() == 1);
    CHECK(answers[0]["error"]["code"] == -32600);
}

}  // namespace
}  // namespace redink::node
