#include "app/node/node_server.hpp"

#include <thread>

#include <doctest/doctest.h>

#include "app/node/server.hpp"
#include "tests/integration/node_client.hpp"
#include "tests/unit/node/recorded_node.hpp"

namespace redink::node {
namespace {

namespace http = boost::beast::http;
using test::NodeClient;

constexpr const char* kChainId = R"({"jsonrpc":"2.0","id":1,"method":"eth_chainId"})";

NodeOptions with_faults(std::vector<std::string> faults) {
    NodeOptions options;
    options.port = 0;
    options.faults = std::move(faults);
    return options;
}

TEST_CASE("a connection is kept for many requests") {
    NodeServer server{test::recorded("aave-v3"), with_faults({})};
    CHECK(server.url() == "http://127.0.0.1:" + std::to_string(server.port()));
    NodeClient client{server.port()};
    for (int i = 0; i < 100; ++i) {
        const auto response = client.post(kChainId);
        CHECK(response.result() == http::status::ok);
        CHECK(response[http::field::content_type] == "application/json");
        CHECK(response.keep_alive());
        CHECK(response.body() == R"({"jsonrpc":"2.0","id":1,"result":"0x7a69"})");
    }
}

TEST_CASE("a whole chain of logs goes over the wire as it was recorded") {
    NodeServer server{test::recorded("aave-v3"), with_faults({})};
    NodeClient client{server.port()};
    test::RecordedNode node;
    const std::string request =
        R"({"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":[{"fromBlock":"0x0"}]})";
    CHECK(client.post(request).body() == node.raw(request));
}

TEST_CASE("several clients are served side by side") {
    NodeServer server{test::recorded("aave-v3"), with_faults({})};
    std::atomic<int> good{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            NodeClient client{server.port()};
            for (int k = 0; k < 20; ++k) {
                good += client.call("eth_blockNumber")["result"] == "0x2ce" ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(good == 160);
}

TEST_CASE("only POST is answered, and notifications get no content") {
    NodeServer server{test::recorded("aave-v3"), with_faults({})};
    NodeClient client{server.port()};
    const auto get = client.post("", http::verb::get);
    CHECK(get.result() == http::status::method_not_allowed);
    CHECK(get[http::field::allow] == "POST");
    const auto silent = client.post(R"({"jsonrpc":"2.0","method":"eth_chainId"})");
    CHECK(silent.result() == http::status::no_content);
    CHECK(silent.body().empty());
    CHECK(client.post("nonsense").body().find("-32700") != std::string::npos);
}

TEST_CASE("what is too long or no HTTP is turned away") {
    NodeServer server{test::recorded("aave-v3"), with_faults({})};
    NodeClient large{server.port()};
    CHECK(large
              .send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                    std::to_string(kMaxRequestBytes + 1) + "\r\n\r\n")
              .result() == http::status::payload_too_large);
    CHECK(large.is_closed());
    NodeClient wordy{server.port()};
    CHECK(wordy.send("POST / HTTP/1.1\r\nX: " + std::string(20'000, 'x')).result() ==
          http::status::request_header_fields_too_large);
    NodeClient other{server.port()};
    CHECK(other.send("EHLO there\r\n\r\n").result() == http::status::bad_request);
    NodeClient good{server.port()};
    CHECK(good.call("eth_chainId")["result"] == "0x7a69");
}

TEST_CASE("the head moves between requests, through a branch") {
    NodeOptions options = with_faults({});
    options.head = 174;
    NodeServer server{test::recorded("aave-v3"), options};
    NodeClient client{server.port()};
    const auto head = [&] { return client.call("eth_getBlockByNumber", R"(["latest",false])"); };
    const recording::Branch& branch = test::recorded("aave-v3")->branches().front();
    CHECK(server.advance().hash == branch.blocks.front().ref.hash);
    CHECK(head()["result"]["hash"] == branch.blocks.front().ref.hash.hex());
    CHECK(server.advance().number == chain::BlockNumber{176});
    CHECK(head()["result"]["number"] == "0xb0");
    CHECK(server.advance(100'000).number == chain::BlockNumber{718});
}

TEST_CASE("a clock moves the head when told") {
    NodeOptions options = with_faults({});
    options.head = 0;
    options.advance = std::chrono::milliseconds{1};
    NodeServer server{test::recorded("aave-v3"), options};
    NodeClient client{server.port()};
    while (client.call("eth_blockNumber")["result"] != "0x2ce") {
    }
    CHECK(server.advance().number == chain::BlockNumber{718});
}

TEST_CASE("every disturbance of the connection shows, and the next request is fine") {
    const auto ask = [](NodeClient& client) { return client.post(kChainId); };
    {
        NodeServer server{test::recorded("aave-v3"), with_faults({"http-500:every=2"})};
        NodeClient client{server.port()};
        CHECK(ask(client).result() == http::status::ok);
        CHECK(ask(client).result() == http::status::internal_server_error);
        CHECK(ask(client).result() == http::status::ok);
    }
    {
        NodeServer server{test::recorded("aave-v3"), with_faults({"http-429:times=1"})};
        NodeClient client{server.port()};
        CHECK(ask(client).result() == http::status::too_many_requests);
        CHECK(ask(client).result() == http::status::ok);
    }
    {
        NodeServer server{test::recorded("aave-v3"), with_faults({"cut-json:times=1"})};
        NodeClient client{server.port()};
        const std::string cut = ask(client).body();
        CHECK(cut == ask(client).body().substr(0, cut.size()));
        CHECK(nlohmann::json::parse(cut, nullptr, false).is_discarded());
    }
    for (const std::string fault : {"close:times=1", "truncate:times=1"}) {
        CAPTURE(fault);
        NodeServer server{test::recorded("aave-v3"), with_faults({fault})};
        NodeClient client{server.port()};
        CHECK_THROWS_AS(ask(client), boost::system::system_error);
        NodeClient again{server.port()};
        CHECK(ask(again).result() == http::status::ok);
    }
    {
        NodeServer server{test::recorded("aave-v3"), with_faults({"slow:ms=30"})};
        NodeClient client{server.port()};
        const auto start = std::chrono::steady_clock::now();
        CHECK(ask(client).result() == http::status::ok);
        CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds{30});
    }
}

TEST_CASE("stopping lets idle connections go and is harmless twice") {
    NodeServer server{test::recorded("aave-v3"), with_faults({})};
    NodeClient client{server.port()};
    CHECK(client.call("eth_chainId")["result"] == "0x7a69");
    server.stop();
    CHECK(client.is_closed());
    CHECK_THROWS_AS(NodeClient{server.port()}, boost::system::system_error);
    server.stop();
    CHECK(server.advance().number == chain::BlockNumber{718});
}

TEST_CASE("a port that is taken is named") {
    NodeServer first{test::recorded("aave-v3"), with_faults({})};
    NodeOptions options = with_faults({});
    options.port = first.port();
    CHECK_THROWS_WITH_AS((NodeServer{test::recorded("aave-v3"), options}),
                         doctest::Contains(std::to_string(first.port()).c_str()),
                         std::runtime_error);
}

}  // namespace
}  // namespace redink::node
