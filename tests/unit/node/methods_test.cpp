#include "app/node/methods.hpp"

#include <doctest/doctest.h>

#include "tests/unit/chain/chain_data.hpp"
#include "tests/unit/node/recorded_node.hpp"

namespace redink::node {
namespace {

using nlohmann::json;
using test::quantity;
using test::RecordedNode;

std::string block_params(std::uint64_t number) {
    return "[" + quantity(number) + ",false]";
}

/// Fails unless the result is this text.
void check_text(RecordedNode& node,
                const std::string& method,
                const std::string& params,
                const std::string& result) {
    const std::string answer = node.raw(R"({"jsonrpc":"2.0","id":1,"method":")" + method +
                                        R"(","params":[)" + params + "]}");
    CAPTURE(method);
    CAPTURE(params);
    REQUIRE(answer == R"({"jsonrpc":"2.0","id":1,"result":)" + result + "}");
}

TEST_CASE("a call of the identity precompile needs no recording, but its block") {
    test::RecordedNode node;
    const std::string call =
        R"({"to":"0x0000000000000000000000000000000000000004","data":"0xabcd"})";
    CHECK(node.result("eth_call", "[" + call + ",\"0x5\"]") == "0xabcd");
    CHECK(node.error("eth_call", "[" + call + ",\"0x9999\"]") == "-32000 header not found");
}

TEST_CASE("every recorded block and receipt is answered as it was recorded") {
    for (const std::string name : {"aave-v3", "aave-v30"}) {
        RecordedNode node{{}, std::nullopt, {}, name};
        std::uint64_t number = 0;
        for (const std::string& text : test::load_lines("chains/" + name + "/chain.jsonl.gz")) {
            const test::Document line{text};
            const std::string hash = simdjson::minify(line["block"]["hash"]);
            const std::string block = simdjson::minify(line["block"]);
            const std::string receipts = simdjson::minify(line["receipts"]);
            check_text(node, "eth_getBlockByNumber", quantity(number) + ",false", block);
            check_text(node, "eth_getBlockByHash", hash + ",true", block);
            check_text(node, "eth_getBlockReceipts", quantity(number), receipts);
            check_text(node, "eth_getBlockReceipts", hash, receipts);
            check_text(node, "eth_getBlockReceipts", R"({"blockHash":)" + hash + "}", receipts);
            for (const auto receipt : line["receipts"]) {
                const std::string txn = simdjson::minify(receipt["transactionHash"]);
                check_text(node, "eth_getTransactionReceipt", txn, simdjson::minify(receipt));
                check_text(node, "eth_getTransactionByHash", txn, "null");
            }
            ++number;
        }
    }
}

TEST_CASE("every recorded call is answered as it was recorded") {
    for (const std::string name : {"aave-v3", "aave-v30"}) {
        RecordedNode node{{}, std::nullopt, {}, name};
        simdjson::dom::parser parser;
        for (const std::string& text : test::load_lines("chains/" + name + "/calls.jsonl.gz")) {
            const simdjson::dom::element line = parser.parse(text);
            const std::string call = simdjson::minify(line["call"]);
            check_text(node,
                       "eth_call",
                       call + "," + quantity(line["block"].get_uint64().value()),
                       simdjson::minify(line["result"]));
        }
    }
}

TEST_CASE("the node tells chain, version and head") {
    RecordedNode node{{}, 100, {{}, {}, "redink/9.9"}};
    CHECK(node.result("eth_chainId") == "0x7a69");
    CHECK(node.result("net_version") == "31337");
    CHECK(node.result("web3_clientVersion") == "redink/9.9");
    CHECK(node.result("eth_syncing") == false);
    CHECK(node.result("eth_blockNumber") == "0x64");
}

TEST_CASE("tags follow the head, and stay at zero on a short chain") {
    RecordedNode node{{}, 100};
    const auto number_of = [&](const std::string& tag) {
        return node.result("eth_getBlockByNumber", "[\"" + tag + "\",false]")["number"];
    };
    CHECK(number_of("earliest") == "0x0");
    CHECK(number_of("finalized") == "0x24");
    CHECK(number_of("safe") == "0x44");
    CHECK(number_of("latest") == "0x64");
    CHECK(number_of("pending") == "0x64");
    RecordedNode small{{}, 40};
    CHECK(small.result("eth_getBlockByNumber", R"(["finalized",false])")["number"] == "0x0");
    CHECK(small.result("eth_getBlockByNumber", R"(["safe",false])")["number"] == "0x8");
}

TEST_CASE("what lies above the head is not there yet") {
    RecordedNode node{{}, 100};
    const RecordedNode whole;
    const auto& above = whole.recording().blocks()[101];
    const std::string hash = "\"" + above.ref.hash.hex() + "\"";
    CHECK(node.result("eth_getBlockByNumber", block_params(101)).is_null());
    CHECK(node.result("eth_getBlockByHash", "[" + hash + ",false]").is_null());
    CHECK(node.result("eth_getBlockReceipts", R"(["0x65"])").is_null());
    CHECK(node.result("eth_getBlockReceipts", "[" + hash + "]").is_null());
    CHECK(node.result("eth_getTransactionReceipt",
                      "[\"" + above.receipts.front().txn_hash.hex() + "\"]")
              .is_null());
    CHECK(node.error("eth_getLogs", R"([{"blockHash":)" + hash + "}]") == "-32000 unknown block");
}

TEST_CASE("a range that a node cannot answer is refused as geth refuses it") {
    RecordedNode node{{}, 100};
    const auto error = [&](const std::string& filter) {
        return node.error("eth_getLogs", "[" + filter + "]");
    };
    const std::string beyond = "-32000 block range extends beyond current head block";
    CHECK(error(R"({"fromBlock":"0x65"})") == beyond);
    CHECK(error(R"({"fromBlock":"0x65","toBlock":"0x70"})") == beyond);
    CHECK(error(R"({"fromBlock":"0x1","toBlock":"0x65"})") == beyond);
    CHECK(error(R"({"fromBlock":"0x2","toBlock":"0x1"})") == "-32602 invalid block range params");
    CHECK(error(R"({"fromBlock":"latest","toBlock":"safe"})") ==
          "-32602 invalid block range params");
    CHECK(error(R"({"blockHash":"0x12","fromBlock":"0x1"})").find("-32602") == 0);
}

TEST_CASE("wrong parameters are named") {
    RecordedNode node;
    const auto is =
        [&](const std::string& method, const std::string& params, const std::string& part) {
            const std::string error = node.error(method, params);
            CAPTURE(error);
            CHECK(error.rfind("-32602 ", 0) == 0);
            CHECK(error.find(part) != std::string::npos);
        };
    is("eth_getBlockByNumber", "[]", "missing value for required argument 0");
    is("eth_getBlockByNumber", "[\"0x1\"]", "missing value for required argument 1");
    is("eth_getBlockByNumber", "[\"0x1\",1]", "invalid argument 1: not true or false");
    is("eth_getBlockByNumber", "[1,false]", "invalid argument 0");
    is("eth_getBlockByNumber", "[\"0x01\",false]", "leading zero");
    is("eth_getBlockByNumber", "[\"0x\",false]", "invalid argument 0");
    is("eth_getBlockByNumber", "[\"12\",false]", "invalid argument 0");
    is("eth_getBlockByNumber", "[\"0x10000000000000000\",false]", "invalid argument 0");
    is("eth_getBlockByNumber", "[\"newest\",false]", "earliest, finalized");
    is("eth_getBlockByNumber", "[\"0x1\",false,3]", "too many arguments, want at most 2");
    is("eth_getBlockByHash", "[\"0x12\",false]", "64 hexadecimal digits");
    is("eth_getBlockReceipts", "[{}]", "either \"blockNumber\" or \"blockHash\"");
    is("eth_getTransactionReceipt", "[null]", "64 hexadecimal digits");
    is("eth_getLogs", "[]", "missing value for required argument 0");
    is("eth_getLogs", "[[]]", "a filter is an object");
    is("eth_getLogs", R"([{"address":"0x12"}])", "an address is not 0x and 40");
    is("eth_getLogs", R"([{"address":["0x12"]}])", "an address is not 0x and 40");
    is("eth_getLogs", R"([{"topics":"0x12"}])", "\"topics\" is not an array");
    is("eth_getLogs", R"([{"topics":["0x12"]}])", "a topic is not 0x and 64");
    is("eth_getLogs", R"([{"topics":[["0x12"]]}])", "a topic is not 0x and 64");
    is("eth_getLogs", R"([{"topics":[null,null,null,null,null]}])", "more than four positions");
    is("eth_getLogs", R"([{"fromBlock":5}])", "\"fromBlock\" is not a string");
    is("eth_call", R"([{"data":"0x"},"latest"])", "\"to\" is not an address");
    is("eth_call",
       R"([{"to":"0xcafac3dd18ac6c6e92c921884f9e4176737c052c","data":"x"}])",
       "\"data\" is not hexadecimal");
}

TEST_CASE("a call that was not recorded for that block is refused") {
    RecordedNode node;
    const json line = json::parse(test::load_lines("chains/aave-v3/calls.jsonl.gz").front());
    const std::string call = line["call"].dump();
    const auto block = line["block"].get<std::uint64_t>();
    const auto hash = node.recording().find(chain::BlockNumber{block})->ref.hash.hex();
    const auto at = [&](const std::string& selector) {
        return node.call("eth_call", "[" + call + "," + selector + "]");
    };
    CHECK(at(quantity(block))["result"] == line["result"]);
    CHECK(at(R"({"blockHash":")" + hash + "\"}")["result"] == line["result"]);
    CHECK(at(R"({"blockNumber":)" + quantity(block) + "}")["result"] == line["result"]);
    CHECK(RecordedNode::error_of(at(quantity(block + 1))).find("-32000 missing trie node") == 0);
    CHECK(RecordedNode::error_of(at(quantity(block + 1))).find("this recording has no result") !=
          std::string::npos);
    CHECK(RecordedNode::error_of(at(quantity(9999))) == "-32000 header not found");
}

TEST_CASE("a recording that starts later says so instead of answering nothing") {
    recording::LoadOptions options;
    options.chain_id = 1;
    const auto recording = recording::Recording::load(
        {std::string{REDINK_TEST_DATA} + "/blocks/ethereum-18000000.jsonl.gz"}, options);
    ChainView view{recording};
    Faults faults;
    Methods methods{view, faults};
    const auto ask = [&](const std::string& method, const std::string& params) {
        return json::parse(methods.answer(R"({"jsonrpc":"2.0","id":1,"method":")" + method +
                                          R"(","params":)" + params + "}"));
    };
    CHECK(RecordedNode::error_of(ask("eth_getBlockByNumber", R"(["0x1",false])")) ==
          "-32000 block 1 is not available: this recording starts at block 18000000");
    CHECK(RecordedNode::error_of(ask("eth_getLogs", R"([{"fromBlock":"0x1"}])")).find("-32000") ==
          0);
    const json block = ask("eth_getBlockByNumber", R"(["earliest",false])")["result"];
    CHECK(block["number"] == "0x112a880");
    CHECK(ask("eth_getLogs", R"([{"fromBlock":"earliest"}])")["result"].size() > 100);
}

TEST_CASE("provider limits are told as providers tell them") {
    RecordedNode node{{}, std::nullopt, {10, 5, "redink"}};
    CHECK(node.error("eth_getLogs", R"([{"fromBlock":"0x64","toBlock":"0x6e"}])") ==
          "-32005 block range too large, max range: 10");
    CHECK(node.error("eth_getLogs", R"([{"fromBlock":"0x64","toBlock":"0x6d"}])") ==
          "-32005 query returned more than 5 results");
    CHECK(node.result("eth_getLogs", R"([{"fromBlock":"0x0","toBlock":"0x1"}])").size() <= 5);
}

TEST_CASE("redink_advance moves the head") {
    RecordedNode node{{}, 10};
    CHECK(node.result("redink_advance") == "0xb");
    CHECK(node.result("redink_advance", "[4]") == "0xf");
    CHECK(node.result("eth_blockNumber") == "0xf");
    CHECK(node.error("redink_advance", "[\"x\"]").find("-32602") == 0);
}

}  // namespace
}  // namespace redink::node
