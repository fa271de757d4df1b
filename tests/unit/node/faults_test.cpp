#include "app/node/faults.hpp"

#include <doctest/doctest.h>

#include "tests/unit/node/recorded_node.hpp"

namespace redink::node {
namespace {

using nlohmann::json;
using test::RecordedNode;

// Block 299 of this chain has two receipts and more than five logs, block 300 has some as well.
constexpr const char* kAround = R"([{"fromBlock":"0x12a","toBlock":"0x12d"}])";

json logs_with(const std::vector<std::string>& faults, const std::string& filter = kAround) {
    RecordedNode node{faults};
    return node.result("eth_getLogs", filter);
}

std::size_t place_of(const json& logs, const std::string& block, const std::string& index) {
    for (std::size_t i = 0; i < logs.size(); ++i) {
        if (logs[i]["blockNumber"] == block && logs[i]["logIndex"] == index) {
            return i;
        }
    }
    FAIL("no such log");
    return 0;
}

TEST_CASE("the blocks that these tests lie about have enough logs") {
    const json logs = logs_with({});
    CHECK(place_of(logs, "0x12b", "0x5") > 0);
    CHECK(logs_with({}, R"([{"fromBlock":"0x12c","toBlock":"0x12c"}])").size() > 1);
}

TEST_CASE("alter-log makes the data of one log wrong and nothing else") {
    json logs = logs_with({});
    const json lied = logs_with({"alter-log:block=299,index=2"});
    json& log = logs[place_of(logs, "0x12b", "0x2")];
    CHECK(lied != logs);
    CHECK(lied[place_of(lied, "0x12b", "0x2")]["data"].get<std::string>().size() ==
          log["data"].get<std::string>().size());
    log["data"] = lied[place_of(lied, "0x12b", "0x2")]["data"];
    CHECK(lied == logs);
}

TEST_CASE("alter-topic makes one topic wrong, the last unless told") {
    json logs = logs_with({});
    const std::size_t at = place_of(logs, "0x12b", "0x2");
    const json last = logs_with({"alter-topic:block=299,index=2"});
    CHECK(last[at]["topics"][2] != logs[at]["topics"][2]);
    CHECK(last[at]["topics"][1] == logs[at]["topics"][1]);
    const json first = logs_with({"alter-topic:block=299,index=2,topic=0"});
    CHECK(first[at]["topics"][0] != logs[at]["topics"][0]);
    CHECK(first[at]["topics"][2] == logs[at]["topics"][2]);
}

TEST_CASE("drop-log, drop-block-logs, repeat-log and empty-logs change the number of logs") {
    json logs = logs_with({});
    json dropped = logs;
    dropped.erase(place_of(logs, "0x12b", "0x3"));
    CHECK(logs_with({"drop-log:block=299,index=3"}) == dropped);

    json repeated = logs;
    const std::size_t at = place_of(logs, "0x12b", "0x3");
    repeated.insert(repeated.begin() + static_cast<std::ptrdiff_t>(at), logs[at]);
    CHECK(logs_with({"repeat-log:block=299,index=3"}) == repeated);

    for (const json& log : logs_with({"drop-block-logs:block=299"})) {
        CHECK(log["blockNumber"] != "0x12b");
    }
    CHECK(logs_with({"drop-block-logs:block=299"}).size() ==
          logs.size() - logs_with({}, R"([{"fromBlock":"0x12b","toBlock":"0x12b"}])").size());
    CHECK(logs_with({"empty-logs"}).empty());
}

TEST_CASE("move-log serves a log as one of the next block, under the same filter") {
    const json logs = logs_with({});
    const json moved = logs_with({"move-log:block=299,index=2"});
    REQUIRE(moved.size() == logs.size());
    const json& log = logs[place_of(logs, "0x12b", "0x2")];
    std::size_t found = 0;
    for (const json& each : moved) {
        if (each["transactionHash"] == log["transactionHash"] && each["data"] == log["data"] &&
            each["topics"] == log["topics"]) {
            CHECK(each["blockNumber"] == "0x12c");
            ++found;
        }
    }
    CHECK(found == 1);
    const std::string only = R"([{"fromBlock":"0x12b","toBlock":"0x12b"}])";
    CHECK(logs_with({"move-log:block=299"}, only).size() == logs_with({}, only).size() - 1);
    const std::string next = R"([{"fromBlock":"0x12c","toBlock":"0x12c"}])";
    CHECK(logs_with({"move-log:block=299"}, next).size() == logs_with({}, next).size() + 1);
    const std::string other = R"([{"fromBlock":"0x12c","toBlock":"0x12c",)"
                              R"("address":"0x00000000000000000000000000000000000000ff"}])";
    CHECK(logs_with({"move-log:block=299"}, other).empty());
}

TEST_CASE("faults in logs leave the receipts right") {
    RecordedNode honest;
    RecordedNode liar{{"alter-log:block=299", "drop-log:block=299,index=1", "empty-logs"}};
    CHECK(liar.result("eth_getBlockReceipts", R"(["0x12b"])") ==
          honest.result("eth_getBlockReceipts", R"(["0x12b"])"));
}

TEST_CASE("bad-header makes one member of one block wrong") {
    RecordedNode honest;
    for (const std::string field : {"stateRoot", "hash", "logsBloom", "timestamp", "extraData"}) {
        CAPTURE(field);
        RecordedNode liar{{"bad-header:block=299,field=" + field}};
        json truth = honest.result("eth_getBlockByNumber", R"(["0x12b",false])");
        const json lie = liar.result("eth_getBlockByNumber", R"(["0x12b",false])");
        CHECK(lie[field] != truth[field]);
        truth[field] = lie[field];
        CHECK(lie == truth);
        CHECK(liar.result("eth_getBlockByNumber", R"(["0x12c",false])") ==
              honest.result("eth_getBlockByNumber", R"(["0x12c",false])"));
    }
}

TEST_CASE("bad-receipts alters receipts, no-receipts and no-method deny methods") {
    RecordedNode honest;
    RecordedNode liar{{"bad-receipts:block=299", "bad-receipts:block=300"}};
    for (const std::string block : {"[\"0x12b\"]", "[\"0x12c\"]"}) {
        CHECK(liar.result("eth_getBlockReceipts", block) !=
              honest.result("eth_getBlockReceipts", block));
    }
    CHECK(liar.result("eth_getBlockReceipts", "[\"0x12a\"]") ==
          honest.result("eth_getBlockReceipts", "[\"0x12a\"]"));
    RecordedNode poor{{"no-receipts", "no-method:name=eth_call"}};
    CHECK(poor.error("eth_getBlockReceipts", R"(["0x12b"])").find("-32601") == 0);
    CHECK(poor.error("eth_call").find("-32601") == 0);
    CHECK(poor.result("eth_chainId") == "0x7a69");
}

TEST_CASE("refuse-batch refuses batches only") {
    RecordedNode node{{"refuse-batch"}};
    const std::string request = R"({"jsonrpc":"2.0","id":1,"method":"eth_chainId"})";
    CHECK(RecordedNode::error_of(node.ask("[" + request + "]")) ==
          "-32600 batch requests are not supported");
    CHECK(node.ask(request)["result"] == "0x7a69");
}

TEST_CASE("lag hides blocks, lag-logs hides their logs only") {
    RecordedNode behind{{"lag:blocks=3"}};
    CHECK(behind.result("eth_blockNumber") == "0x2cb");
    CHECK(behind.result("eth_getBlockByNumber", R"(["0x2cc",false])").is_null());
    CHECK(behind.error("eth_getLogs", R"([{"fromBlock":"0x2cc","toBlock":"0x2cc"}])")
              .find("beyond current head") != std::string::npos);
    RecordedNode silent{{"lag-logs:blocks=3"}};
    CHECK(silent.result("eth_blockNumber") == "0x2ce");
    CHECK(silent.result("eth_getLogs", R"([{"fromBlock":"0x2cc","toBlock":"0x2ce"}])").empty());
    const std::string known = R"([{"fromBlock":"0x2c0","toBlock":"0x2cb"}])";
    CHECK(silent.result("eth_getLogs", known) == RecordedNode{}.result("eth_getLogs", known));
}

TEST_CASE("with times a fault shows so often and no more") {
    RecordedNode node{{"drop-log:block=299,index=3,times=1", "no-receipts:times=2"}};
    const json truth = logs_with({});
    CHECK(node.result("eth_getLogs", R"([{"fromBlock":"0x1","toBlock":"0x2"}])").is_array());
    CHECK(node.result("eth_getLogs", kAround).size() == truth.size() - 1);
    CHECK(node.result("eth_getLogs", kAround) == truth);
    CHECK(node.call("eth_getBlockReceipts", "[\"0x1\"]").contains("error"));
    CHECK(node.call("eth_getBlockReceipts", "[\"0x1\"]").contains("error"));
    CHECK(node.call("eth_getBlockReceipts", "[\"0x1\"]").contains("result"));
}

std::vector<Disturbance> order(const std::vector<std::string>& specs, std::size_t requests = 6) {
    Faults faults{specs};
    std::vector<Disturbance> all(requests);
    for (Disturbance& each : all) {
        each = faults.next_treatment().disturbance;
    }
    return all;
}

TEST_CASE("disturbances befall every n-th request") {
    const auto none = Disturbance::none;
    const auto close = Disturbance::close;
    const auto error = Disturbance::http_500;
    CHECK(order({}) == std::vector(6, none));
    CHECK(order({"close:every=3"}) == std::vector{none, none, close, none, none, close});
    CHECK(order({"close:every=2,times=1"}) == std::vector{none, close, none, none, none, none});
    CHECK(order({"close:every=3", "http-500:every=2"}) ==
          std::vector{none, error, close, error, none, error});
    CHECK(order({"http-429"}).front() == Disturbance::http_429);
    CHECK(order({"truncate"}).front() == Disturbance::truncate);
    CHECK(order({"cut-json"}).front() == Disturbance::cut_json);
    CHECK(order({"bad-json"}).front() == Disturbance::bad_json);
    CHECK(order({"reset"}).front() == Disturbance::reset);
    CHECK(order({"hang"}).front() == Disturbance::hang);
}

TEST_CASE("an answer can wait and come in pieces") {
    Faults slow{{"slow:every=2,ms=70"}};
    CHECK(slow.next_treatment().delay.count() == 0);
    CHECK(slow.next_treatment().delay.count() == 70);
    Faults drip{{"drip:bytes=5,ms=3,times=1"}};
    const Treatment treatment = drip.next_treatment();
    CHECK(treatment.drip == 5);
    CHECK(treatment.pause.count() == 3);
    CHECK(drip.next_treatment().drip == 0);
    CHECK(Faults{{"drip:bytes=0"}}.next_treatment().drip == 1);
}

TEST_CASE("chance picks about its share of the requests, the same ones for a seed") {
    constexpr std::size_t kRequests = 2000;
    const auto closed = [](const std::vector<Disturbance>& all) {
        return std::count(all.begin(), all.end(), Disturbance::close);
    };
    for (const std::string seed : {"1", "2", "77"}) {
        CAPTURE(seed);
        const auto first = order({"close:chance=25,seed=" + seed}, kRequests);
        CHECK(first == order({"close:chance=25,seed=" + seed}, kRequests));
        CHECK(closed(first) > 400);
        CHECK(closed(first) < 600);
    }
    CHECK(order({"close:chance=25,seed=1"}, 100) != order({"close:chance=25,seed=2"}, 100));
    CHECK(closed(order({"close:chance=0"}, kRequests)) == 0);
    CHECK(closed(order({"close:chance=100"}, kRequests)) == kRequests);
    CHECK(closed(order({"close:chance=50,times=3"}, kRequests)) == 3);
}

TEST_CASE("every and chance hold for lies as well, by the number of the request") {
    RecordedNode node;
    Faults faults{{"no-receipts:every=2"}};
    std::string denied;
    for (int i = 0; i < 4; ++i) {
        static_cast<void>(faults.next_treatment());
        denied += faults.denies("eth_getBlockReceipts") ? 'x' : '.';
    }
    CHECK(denied == ".x.x");
}

TEST_CASE("disturbed texts keep their length, or half of it") {
    const std::string text = R"({"id":1})";
    CHECK(disturbed(text, Disturbance::none) == text);
    CHECK(disturbed(text, Disturbance::cut_json) == R"({"id)");
    CHECK(disturbed(text, Disturbance::bad_json) == R"({"id":1,)");
    CHECK(disturbed("", Disturbance::bad_json).empty());
}

TEST_CASE("duplicate-logs repeats a whole block, wrong-hash gives it another hash") {
    const json truth = logs_with({});
    const std::size_t block = logs_with({}, R"([{"fromBlock":"0x12b","toBlock":"0x12b"}])").size();
    const json twice = logs_with({"duplicate-logs:block=299"});
    REQUIRE(twice.size() == truth.size() + block);
    const std::size_t at = place_of(truth, "0x12b", "0x0");
    for (std::size_t i = 0; i < block; ++i) {
        CHECK(twice[at + i] == truth[at + i]);
        CHECK(twice[at + block + i] == truth[at + i]);
    }
    json wrong = logs_with({"wrong-hash:block=299"});
    REQUIRE(wrong.size() == truth.size());
    for (std::size_t i = 0; i < wrong.size(); ++i) {
        const bool is_lie = truth[i]["blockNumber"] == "0x12b";
        CHECK((wrong[i]["blockHash"] != truth[i]["blockHash"]) == is_lie);
        wrong[i]["blockHash"] = truth[i]["blockHash"];
    }
    CHECK(wrong == truth);
}

TEST_CASE("a pruned node has no old logs, receipts and state, but headers") {
    RecordedNode honest;
    RecordedNode pruned{{"pruned:below=300"}};
    for (const json& log : pruned.result("eth_getLogs", kAround)) {
        CHECK(log["blockNumber"].get<std::string>() >= "0x12c");
    }
    CHECK(pruned.result("eth_getLogs", R"([{"fromBlock":"0x1","toBlock":"0x12b"}])").empty());
    CHECK(pruned.result("eth_getLogs", R"([{"fromBlock":"0x12c"}])") ==
          honest.result("eth_getLogs", R"([{"fromBlock":"0x12c"}])"));
    CHECK(pruned.result("eth_getBlockReceipts", R"(["0x12b"])").is_null());
    CHECK(pruned.result("eth_getBlockReceipts", R"(["0x12c"])").is_array());
    CHECK(pruned.result("eth_getBlockByNumber", R"(["0x12b",false])").is_object());
    const std::string txn =
        honest.result("eth_getBlockReceipts", R"(["0x12b"])")[0]["transactionHash"].dump();
    CHECK(pruned.result("eth_getTransactionReceipt", "[" + txn + "]").is_null());
    const std::string call =
        R"([{"to":"0x00000000000000000000000000000000000000ff","data":"0x"},"0x12b"])";
    CHECK(pruned.error("eth_call", call).find("missing trie node") != std::string::npos);
}

TEST_CASE("refuse answers wide ranges in the given words") {
    RecordedNode node{{R"(refuse:max=4,code=-32600,text=up to a {N} block range\, should work: )"
                       R"([{A}\, {B}])"}};
    const std::string wide = R"([{"fromBlock":"0x10","toBlock":"0x14"}])";
    CHECK(node.error("eth_getLogs", wide) ==
          "-32600 up to a 4 block range, should work: [0x10, 0x13]");
    CHECK(node.result("eth_getLogs", R"([{"fromBlock":"0x10","toBlock":"0x13"}])").is_array());

    RecordedNode data{{R"(refuse:text=no,code=words,data={"from":"{A}"\,"limit":{N}},max=1)"}};
    const json error = data.call("eth_getLogs", wide)["error"];
    CHECK(error["code"] == "words");
    CHECK(error["data"] == json::parse(R"({"from":"0x10","limit":1})"));
    RecordedNode text{{"refuse:text=no,data=range {N} only,times=1"}};
    CHECK(text.call("eth_getLogs", wide)["error"]["data"] == "range 0 only");
    CHECK(text.call("eth_getLogs", wide).contains("result"));
}

TEST_CASE("answers can carry a wrong id, and batches another order") {
    RecordedNode wrong{{"wrong-id:times=1"}};
    const std::string request = R"({"jsonrpc":"2.0","id":7,"method":"eth_chainId"})";
    CHECK(wrong.ask(request)["id"] != 7);
    CHECK(wrong.ask(request)["id"] == 7);
    CHECK(wrong.raw(R"({"jsonrpc":"2.0","method":"eth_chainId"})").empty());

    RecordedNode shuffled{{"shuffle-batch"}};
    std::string batch;
    for (const char* id : {"1", "2", "3", "4", "5"}) {
        batch += (batch.empty() ? "[" : ",") + std::string{R"({"jsonrpc":"2.0","id":)"} + id +
                 R"(,"method":"eth_chainId"})";
    }
    const json answers = shuffled.ask(batch + "]");
    REQUIRE(answers.size() == 5);
    std::vector<int> ids;
    for (const json& answer : answers) {
        ids.push_back(answer["id"]);
    }
    CHECK_FALSE(std::is_sorted(ids.begin(), ids.end()));
    std::sort(ids.begin(), ids.end());
    CHECK(ids == std::vector{1, 2, 3, 4, 5});
}

TEST_CASE("WebSocket faults count notifications, or say no") {
    Faults faults{{"ws-drop:every=3,times=1", "ws-silent:times=1", "no-websocket:times=1"}};
    CHECK_FALSE(faults.ends_socket(1));
    CHECK_FALSE(faults.ends_socket(2));
    CHECK(faults.ends_socket(3));
    CHECK_FALSE(faults.ends_socket(6));
    CHECK(faults.silences());
    CHECK_FALSE(faults.silences());
    CHECK(faults.denies_websocket());
    CHECK_FALSE(faults.denies_websocket());
}

TEST_CASE("a fault that is not known, or lacks a part, is refused with the accepted ones") {
    const auto problem = [](const std::string& spec) {
        try {
            const Faults faults{{spec}};
        } catch (const std::runtime_error& error) {
            return std::string{error.what()};
        }
        return std::string{};
    };
    CHECK(problem("drop-everything").find("drop-block-logs:block") != std::string::npos);
    CHECK(problem("drop-log").find("needs block=NUMBER") != std::string::npos);
    CHECK(problem("drop-log:block=1,colour=2").find("unknown key colour") != std::string::npos);
    CHECK(problem("drop-log:block=x").find("is not a number") != std::string::npos);
    CHECK(problem("drop-log:block").find("is not a number") != std::string::npos);
    CHECK(problem("bad-header:block=1,field=x").find("no member of a header") != std::string::npos);
    CHECK(problem("drop-log:block=1,index=2,times=3").empty());
    CHECK(problem("refuse:max=3").find("needs text=TEXT") != std::string::npos);
    CHECK(problem("no-method").find("needs name=TEXT") != std::string::npos);
    CHECK(problem("hang:chance=often").find("is not a number") != std::string::npos);
    CHECK(problem("nothing").find("chance=PERCENT") != std::string::npos);
}

}  // namespace
}  // namespace redink::node
