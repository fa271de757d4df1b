#include "app/node/subscriptions.hpp"

#include "tests/unit/node/recorded_node.hpp"

namespace redink::node {
namespace {

using nlohmann::json;

/// Subscriptions of one socket on a node without one.
class Subscriber {
  public:
    explicit Subscriber(std::uint64_t head, const std::vector<std::string>& faults = {})
        : recording_{test::recorded("aave-v3")},
          view_{*recording_, chain::BlockNumber{head}},
          faults_{faults},
          methods_{view_, faults_},
          subscriptions_{view_, faults_},
          place_{methods_.feed().join([this](const ChainChange& change) {
              for (const std::string& text : subscriptions_.notify(change)) {
                  seen.push_back(json::parse(text));
              }
          })} {
    }

    json call(const std::string& method, const std::string& params) {
        return json::parse(methods_.answer(
            R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}",
            &subscriptions_));
    }

    std::string subscribe(const std::string& params) {
        const json answer = call("eth_subscribe", params);
        INFO(answer.dump());
        REQUIRE(answer.contains("result"));
        return answer["result"];
    }

    void advance(std::uint64_t steps = 1) {
        methods_.feed().advance(steps);
    }

    [[nodiscard]] const recording::Recording& recording() const {
        return *recording_;
    }

    std::vector<json> seen;

  private:
    std::shared_ptr<const recording::Recording> recording_;
    ChainView view_;
    Faults faults_;
    Methods methods_;
    Subscriptions subscriptions_;
    Feed::Place place_;
};

json result_of(const json& notification) {
    return notification["params"]["result"];
}

TEST_CASE("a head is announced as geth does, without a body") {
    Subscriber socket{10};
    const std::string id = socket.subscribe(R"(["newHeads"])");
    socket.advance();
    REQUIRE(socket.seen.size() == 1);
    const json& seen = socket.seen.front();
    CHECK(seen["jsonrpc"] == "2.0");
    CHECK(seen["method"] == "eth_subscription");
    CHECK_FALSE(seen.contains("id"));
    CHECK(seen["params"]["subscription"] == id);
    const json head = result_of(seen);
    CHECK(head["number"] == "0xb");
    CHECK(head["hash"] == socket.recording().find(chain::BlockNumber{11})->ref.hash.hex());
    for (const char* member : {"transactions", "uncles", "withdrawals", "size"}) {
        CHECK_FALSE(head.contains(member));
    }
}

TEST_CASE("logs are announced through their filter, after the head of their block") {
    Subscriber socket{298};
    test::RecordedNode node;
    const json logs = node.result("eth_getLogs", R"([{"fromBlock":"0x12b","toBlock":"0x12b"}])");
    const std::string address = logs[0]["address"];
    const std::string topic = logs[0]["topics"][0];
    const std::string all = socket.subscribe(R"(["logs"])");
    const std::string some = socket.subscribe(R"(["logs",{"address":")" + address +
                                              R"(","topics":[[")" + topic + R"("]]}])");
    const std::string heads = socket.subscribe(R"(["newHeads"])");
    socket.advance();
    json seen_all = json::array();
    json seen_some = json::array();
    CHECK(socket.seen.front()["params"]["subscription"] == heads);
    for (const json& each : socket.seen) {
        if (each["params"]["subscription"] == all) {
            seen_all.push_back(result_of(each));
        } else if (each["params"]["subscription"] == some) {
            seen_some.push_back(result_of(each));
        }
    }
    CHECK(seen_all == logs);
    json wanted = json::array();
    for (const json& log : logs) {
        if (log["address"] == address && log["topics"][0] == topic) {
            wanted.push_back(log);
        }
    }
    CHECK(seen_some == wanted);
}

TEST_CASE("a replaced branch takes its logs back, newest block first, before the new blocks") {
    Subscriber socket{174};
    socket.subscribe(R"(["logs"])");
    socket.subscribe(R"(["newHeads"])");
    const recording::Branch& branch = socket.recording().branches().front();
    socket.advance(branch.blocks.size());
    std::vector<json> told;
    for (const json& each : socket.seen) {
        if (result_of(each).contains("logIndex")) {
            CHECK(result_of(each)["removed"] == false);
            told.push_back(result_of(each));
        }
    }
    REQUIRE_FALSE(told.empty());
    socket.seen.clear();
    socket.advance();

    std::stable_sort(told.begin(), told.end(), [](const json& a, const json& b) {
        return a["blockNumber"].get<std::string>() > b["blockNumber"].get<std::string>();
    });
    REQUIRE(socket.seen.size() > told.size());
    for (std::size_t i = 0; i < told.size(); ++i) {
        told[i]["removed"] = true;
        CHECK(result_of(socket.seen[i]) == told[i]);
    }
    std::uint64_t next = branch.parent.value() + 1;
    for (std::size_t i = told.size(); i < socket.seen.size(); ++i) {
        const json result = result_of(socket.seen[i]);
        if (result.contains("parentHash")) {
            CHECK(result["number"] == chain::to_quantity(next++));
        } else {
            CHECK(result["removed"] == false);
            CHECK(result["blockNumber"] == chain::to_quantity(next - 1));
        }
    }
    CHECK(next == branch.parent.value() + 2 + branch.blocks.size());
}

TEST_CASE("an ended subscription is silent, and its id is known once") {
    Subscriber socket{10};
    const std::string first = socket.subscribe(R"(["newHeads"])");
    const std::string second = socket.subscribe(R"(["newHeads"])");
    CHECK(first != second);
    CHECK(socket.call("eth_unsubscribe", "[\"" + first + "\"]")["result"] == true);
    CHECK(socket.call("eth_unsubscribe", "[\"" + first + "\"]")["error"]["message"] ==
          "subscription not found");
    CHECK(socket.call("eth_unsubscribe", "[]")["error"]["code"] == -32000);
    socket.advance();
    REQUIRE(socket.seen.size() == 1);
    CHECK(socket.seen[0]["params"]["subscription"] == second);
}

TEST_CASE("what cannot be subscribed to is refused") {
    Subscriber socket{10};
    CHECK(socket.call("eth_subscribe", R"(["syncing"])")["error"]["code"] == -32601);
    CHECK(socket.call("eth_subscribe", "[]")["error"]["code"] == -32602);
    CHECK(socket.call("eth_subscribe", R"(["logs",{"address":"0x1"}])")["error"]["code"] == -32602);
    for (std::size_t i = 0; i < kMaxSubscriptions; ++i) {
        socket.subscribe(R"(["newHeads"])");
    }
    CHECK(socket.call("eth_subscribe", R"(["newHeads"])")["error"]["code"] == -32000);
}

TEST_CASE("over HTTP there are no subscriptions") {
    test::RecordedNode node;
    CHECK(node.error("eth_subscribe", R"(["newHeads"])") == "-32601 notifications not supported");
    CHECK(node.error("eth_unsubscribe", R"(["0x1"])") == "-32601 notifications not supported");
}

TEST_CASE("faults reach notifications too") {
    Subscriber liar{298, {"alter-log:block=299,index=2", "bad-header:block=299,field=hash"}};
    liar.subscribe(R"(["newHeads"])");
    liar.subscribe(R"(["logs"])");
    liar.advance();
    const auto block = liar.recording().find(chain::BlockNumber{299});
    CHECK(result_of(liar.seen[0])["hash"] != block->ref.hash.hex());
    test::RecordedNode node;
    const json logs = node.result("eth_getLogs", R"([{"fromBlock":"0x12b","toBlock":"0x12b"}])");
    CHECK(result_of(liar.seen[3])["data"] != logs[2]["data"]);
    CHECK(result_of(liar.seen[2]) == logs[1]);

    Subscriber silent{10, {"ws-silent"}};
    silent.subscribe(R"(["newHeads"])");
    silent.advance(3);
    CHECK(silent.seen.empty());
}

TEST_CASE("a node that lags announces late") {
    Subscriber socket{10, {"lag:blocks=2"}};
    socket.subscribe(R"(["newHeads"])");
    socket.advance();
    REQUIRE(socket.seen.size() == 1);
    CHECK(result_of(socket.seen[0])["number"] == "0x9");
}

}  // namespace
}  // namespace redink::node
