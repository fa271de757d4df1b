#include <thread>

#include <doctest/doctest.h>

#include "app/node/node_server.hpp"
#include "tests/integration/node_client.hpp"
#include "tests/integration/node_socket.hpp"
#include "tests/unit/node/recorded_node.hpp"

namespace redink::node {
namespace {

using boost::system::system_error;
using nlohmann::json;
using test::NodeClient;
using test::NodeSocket;
namespace websocket = boost::beast::websocket;

NodeOptions at_head(std::uint64_t head, std::vector<std::string> faults = {}) {
    NodeOptions options;
    options.port = 0;
    options.head = head;
    options.faults = std::move(faults);
    return options;
}

json result_of(const json& notification) {
    return notification["params"]["result"];
}

TEST_CASE("requests and batches are answered over a WebSocket as over HTTP") {
    NodeServer server{test::recorded("aave-v3"), at_head(718)};
    NodeSocket socket{server.port()};
    NodeClient client{server.port()};
    for (const std::string request :
         {R"({"jsonrpc":"2.0","id":1,"method":"eth_chainId"})",
          R"([{"jsonrpc":"2.0","id":1,"method":"eth_chainId"},)"
          R"({"jsonrpc":"2.0","id":"b","method":"eth_blockNumber"}])",
          R"({"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":[{"fromBlock":"0x0"}]})",
          "nonsense"}) {
        socket.send(request);
        CHECK(socket.receive_text() == client.post(request).body());
    }
}

TEST_CASE("heads come in order, through a branch and its replacement") {
    NodeServer server{test::recorded("aave-v3"), at_head(170)};
    NodeSocket socket{server.port()};
    const std::string id = socket.subscribe(R"(["newHeads"])");
    NodeClient client{server.port()};
    std::string last = client.call("eth_getBlockByNumber", R"(["latest",false])")["result"]["hash"];
    server.advance(30);
    std::size_t replaced = 0;
    for (;;) {
        const json seen = socket.receive();
        CHECK(seen["params"]["subscription"] == id);
        const json head = result_of(seen);
        replaced += head["parentHash"] == last ? 0U : 1U;
        last = head["hash"];
        if (head["hash"] ==
            client.call("eth_getBlockByNumber", R"(["latest",false])")["result"]["hash"]) {
            break;
        }
    }
    CHECK(replaced > 0);
}

TEST_CASE("a request to advance over the socket is answered before what it causes") {
    NodeServer server{test::recorded("aave-v3"), at_head(10)};
    NodeSocket socket{server.port()};
    socket.send(R"([{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]},)"
                R"({"jsonrpc":"2.0","id":2,"method":"redink_advance","params":[2]}])");
    const json answers = socket.receive();
    REQUIRE(answers.is_array());
    CHECK(answers[1]["result"] == "0xc");
    CHECK(result_of(socket.receive())["number"] == "0xb");
    CHECK(result_of(socket.receive())["number"] == "0xc");
}

TEST_CASE("an advance over HTTP and by the clock reaches every socket") {
    NodeOptions options = at_head(10);
    options.advance = std::chrono::milliseconds{2};
    NodeServer server{test::recorded("aave-v3"), options};
    NodeSocket first{server.port()};
    NodeSocket second{server.port()};
    first.subscribe(R"(["newHeads"])");
    second.subscribe(R"(["logs"])");
    NodeClient client{server.port()};
    CHECK(client.call("redink_advance", "[300]").contains("result"));
    CHECK(first.receive()["method"] == "eth_subscription");
    CHECK(result_of(second.receive()).contains("logIndex"));
}

TEST_CASE("logs of a replaced branch are taken back over the socket") {
    NodeServer server{test::recorded("aave-v3"), at_head(174)};
    NodeSocket socket{server.port()};
    socket.subscribe(R"(["logs"])");
    server.advance(test::recorded("aave-v3")->branches().front().blocks.size());
    CHECK(socket.call("eth_chainId")["result"] == "0x7a69");
    std::vector<json> told;
    std::swap(told, socket.notifications);
    REQUIRE_FALSE(told.empty());
    server.advance();
    CHECK(socket.call("eth_chainId")["result"] == "0x7a69");
    std::size_t removed = 0;
    for (const json& each : socket.notifications) {
        removed += result_of(each)["removed"] == true ? 1U : 0U;
    }
    CHECK(removed == told.size());
}

TEST_CASE("a slow reader is let go, and holds up nobody") {
    NodeOptions options = at_head(0);
    options.sockets.queued_messages = 50;
    NodeServer server{test::recorded("aave-v3"), options};
    NodeSocket slow{server.port()};
    slow.set_receive_buffer(4096);
    for (int i = 0; i < 40; ++i) {
        slow.subscribe(R"(["logs"])");
    }
    NodeSocket good{server.port()};
    good.subscribe(R"(["newHeads"])");
    for (int i = 0; i < 700; ++i) {
        server.advance();
        CHECK(good.receive()["method"] == "eth_subscription");
    }
    CHECK(slow.await_end() != websocket::error::closed);
    CHECK(good.call("eth_chainId")["result"] == "0x7a69");
}

TEST_CASE("a message that is too long ends the socket with its reason") {
    NodeServer server{test::recorded("aave-v3"), at_head(10)};
    NodeSocket socket{server.port()};
    // A header that announces more than is allowed: nothing of it needs to be sent.
    std::string header = "\x81\xff";
    for (int shift = 56; shift >= 0; shift -= 8) {
        header += static_cast<char>((kMaxRequestBytes + 1) >> shift);
    }
    socket.send_raw(header + "mask");
    CHECK(socket.await_end() == websocket::error::closed);
    CHECK(socket.close_code() == websocket::close_code::too_big);
}

TEST_CASE("an idle socket is pinged, and stays") {
    NodeOptions options = at_head(10);
    options.sockets.ping_after = std::chrono::milliseconds{20};
    NodeServer server{test::recorded("aave-v3"), options};
    NodeSocket socket{server.port()};
    socket.subscribe(R"(["newHeads"])");
    std::thread later{[&] {
        while (socket.pings < 2) {
            std::this_thread::yield();
        }
        server.advance();
    }};
    CHECK(result_of(socket.receive())["number"] == "0xb");
    later.join();
    CHECK(socket.pings >= 2);
}

TEST_CASE("stopping says goodbye to sockets") {
    NodeServer server{test::recorded("aave-v3"), at_head(10)};
    NodeSocket idle{server.port()};
    NodeSocket subscribed{server.port()};
    subscribed.subscribe(R"(["newHeads"])");
    server.stop();
    for (NodeSocket* socket : {&idle, &subscribed}) {
        CHECK(socket->await_end());
        CHECK(socket->close_code() == websocket::close_code::going_away);
    }
}

TEST_CASE("a client that goes away without a word leaves nothing behind") {
    NodeServer server{test::recorded("aave-v3"), at_head(10)};
    for (int i = 0; i < 20; ++i) {
        NodeSocket socket{server.port()};
        socket.subscribe(R"(["newHeads"])");
    }
    server.advance(5);
    NodeSocket socket{server.port()};
    CHECK(socket.call("eth_blockNumber")["result"] == "0xf");
}

TEST_CASE("faults of the connection befall WebSockets too") {
    const std::string request = R"({"jsonrpc":"2.0","id":1,"method":"eth_chainId"})";
    // The upgrade is the first request, so every=2 is the first message.
    for (const std::string fault : {"close", "reset", "http-500", "truncate"}) {
        CAPTURE(fault);
        NodeServer server{test::recorded("aave-v3"), at_head(10, {fault + ":every=2,times=1"})};
        NodeSocket socket{server.port()};
        socket.send(request);
        CHECK(socket.await_end() != websocket::error::closed);
        NodeSocket again{server.port()};
        CHECK(again.call("eth_chainId")["result"] == "0x7a69");
    }
    for (const std::string fault : {"cut-json", "bad-json"}) {
        CAPTURE(fault);
        NodeServer server{test::recorded("aave-v3"), at_head(10, {fault + ":every=2,times=1"})};
        NodeSocket socket{server.port()};
        socket.send(request);
        CHECK(json::parse(socket.receive_text(), nullptr, false).is_discarded());
        CHECK(socket.call("eth_chainId")["result"] == "0x7a69");
    }
    NodeServer busy{test::recorded("aave-v3"), at_head(10, {"http-429:every=2,times=1"})};
    NodeSocket limited{busy.port()};
    limited.send(request);
    CHECK(limited.receive()["error"]["code"] == 429);
    NodeServer mute{test::recorded("aave-v3"), at_head(10, {"hang:every=2,times=1"})};
    NodeSocket hung{mute.port()};
    hung.send(request);
    CHECK(hung.call("eth_blockNumber")["result"] == "0xa");
    NodeServer dripping{test::recorded("aave-v3"), at_head(10, {"drip:bytes=7,ms=1"})};
    NodeSocket patient{dripping.port()};
    CHECK(patient.call("eth_chainId")["result"] == "0x7a69");
}

TEST_CASE("an upgrade can be refused, ignored or cut off") {
    for (const std::string fault : {"no-websocket", "http-429", "http-500", "close", "reset"}) {
        CAPTURE(fault);
        NodeServer server{test::recorded("aave-v3"), at_head(10, {fault + ":times=1"})};
        CHECK_THROWS_AS(NodeSocket{server.port()}, system_error);
        NodeClient client{server.port()};
        CHECK(client.call("eth_chainId")["result"] == "0x7a69");
    }
}

TEST_CASE("a socket can fall silent, or end after some notifications") {
    NodeServer silent{test::recorded("aave-v3"), at_head(10, {"ws-silent"})};
    NodeSocket waiting{silent.port()};
    waiting.subscribe(R"(["newHeads"])");
    silent.advance(3);
    CHECK(waiting.call("eth_blockNumber")["result"] == "0xd");
    CHECK(waiting.notifications.empty());

    NodeServer dropping{test::recorded("aave-v3"), at_head(10, {"ws-drop:every=3"})};
    NodeSocket socket{dropping.port()};
    socket.subscribe(R"(["newHeads"])");
    dropping.advance(5);
    for (int i = 0; i < 3; ++i) {
        CHECK(socket.receive().contains("params"));
    }
    CHECK_THROWS_AS(socket.receive(), system_error);
}

TEST_CASE("over HTTP an answer can hang, drip, be reset or be no JSON") {
    const std::string request = R"({"jsonrpc":"2.0","id":1,"method":"eth_chainId"})";
    NodeServer hanging{test::recorded("aave-v3"), at_head(10, {"hang:times=1"})};
    {
        boost::asio::io_context context;
        boost::asio::ip::tcp::socket raw{context};
        raw.connect({boost::asio::ip::address_v4::loopback(), hanging.port()});
        boost::asio::write(
            raw,
            boost::asio::buffer("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                                std::to_string(request.size()) + "\r\n\r\n" + request));
        NodeClient other{hanging.port()};
        CHECK(other.call("eth_chainId")["result"] == "0x7a69");
        CHECK(raw.available() == 0);
        hanging.stop();
        char byte = 0;
        boost::system::error_code error;
        raw.read_some(boost::asio::buffer(&byte, 1), error);
        CHECK(error);
    }
    NodeServer dripping{test::recorded("aave-v3"), at_head(10, {"drip:bytes=16,ms=1"})};
    NodeClient patient{dripping.port()};
    CHECK(patient.post(request).body() == R"({"jsonrpc":"2.0","id":1,"result":"0x7a69"})");
    CHECK(patient.call("eth_blockNumber")["result"] == "0xa");

    NodeServer rude{test::recorded("aave-v3"), at_head(10, {"reset:times=1", "bad-json:times=1"})};
    NodeClient reset{rude.port()};
    CHECK_THROWS_AS(reset.post(request), system_error);
    NodeClient wrong{rude.port()};
    const std::string body = wrong.post(request).body();
    CHECK(body.size() == wrong.post(request).body().size());
    CHECK(json::parse(body, nullptr, false).is_discarded());
}

}  // namespace
}  // namespace redink::node
