#include <doctest/doctest.h>

#include "app/node/node_server.hpp"
#include "indexer/rpc/client.hpp"
#include "indexer/rpc/head_stream.hpp"
#include "indexer/rpc/methods.hpp"
#include "tests/support/fake_http_server.hpp"
#include "tests/unit/node/recorded_node.hpp"

namespace redink::rpc {
namespace {

using tests::run;

constexpr std::chrono::seconds kLong{20};
constexpr std::chrono::milliseconds kShort{50};

node::NodeOptions at_head(std::uint64_t head, std::vector<std::string> faults = {}) {
    node::NodeOptions options;
    options.port = 0;
    options.head = head;
    options.faults = std::move(faults);
    return options;
}

Url websocket_url(const node::NodeServer& server) {
    return Url::parse("ws" + server.url().substr(4)).value();
}

TEST_CASE("a node's heads are seen block by block, through a replaced branch") {
    asio::io_context io;
    const auto recording = test::recorded("aave-v3");
    const recording::Branch& branch = recording->branches().front();
    node::NodeServer server{recording, at_head(branch.parent.value())};
    HeadStream stream{io.get_executor(), websocket_url(server), {}};
    REQUIRE(run(io, stream.open()).has_value());
    for (const recording::RecordedBlock& block : branch.blocks) {
        CHECK(server.advance() == block.ref);
        CHECK(run(io, stream.next(kLong)).value() == block.ref);
    }
    const chain::BlockRef head = server.advance();
    for (chain::BlockNumber next = branch.parent + 1; next <= head.number; ++next) {
        CHECK(run(io, stream.next(kLong)).value() == recording->find(next)->ref);
    }
    CHECK(run(io, stream.next(kShort)).error().is(RpcErrc::deadline));
}

TEST_CASE("a node that stops, drops the socket, or falls silent ends the stream") {
    asio::io_context io;
    {
        node::NodeServer server{test::recorded("aave-v3"), at_head(10)};
        HeadStream stream{io.get_executor(), websocket_url(server), {}};
        REQUIRE(run(io, stream.open()).has_value());
        server.stop();
        CHECK(run(io, stream.next(kLong)).error().is(RpcErrc::broken));
        CHECK(run(io, stream.open()).error().is(RpcErrc::connect));
    }
    {
        node::NodeServer server{test::recorded("aave-v3"), at_head(10, {"ws-drop:every=2"})};
        HeadStream stream{io.get_executor(), websocket_url(server), {}};
        REQUIRE(run(io, stream.open()).has_value());
        server.advance(5);
        CHECK(run(io, stream.next(kLong)).has_value());
        CHECK(run(io, stream.next(kLong)).has_value());
        CHECK(run(io, stream.next(kLong)).error().is(RpcErrc::broken));
        REQUIRE(run(io, stream.open()).has_value());
    }
    {
        node::NodeServer server{test::recorded("aave-v3"), at_head(10, {"ws-silent"})};
        HeadStream stream{io.get_executor(), websocket_url(server), {}};
        REQUIRE(run(io, stream.open()).has_value());
        server.advance(5);
        CHECK(run(io, stream.next(kShort)).error().is(RpcErrc::deadline));
    }
}

TEST_CASE("a node without subscriptions says so") {
    asio::io_context io;
    node::NodeServer refusing{test::recorded("aave-v3"),
                              at_head(10, {"no-method:name=eth_subscribe"})};
    HeadStream stream{io.get_executor(), websocket_url(refusing), {}};
    const auto opened = run(io, stream.open());
    REQUIRE(opened.has_error());
    CHECK(opened.error().refusal->code == -32601);
    node::NodeServer plain{test::recorded("aave-v3"), at_head(10, {"no-websocket"})};
    HeadStream declined{io.get_executor(), websocket_url(plain), {}};
    CHECK(run(io, declined.open()).error().http_status == 405);
}

TEST_CASE("a client gets the same over a WebSocket as over HTTP") {
    asio::io_context io;
    node::NodeServer server{test::recorded("aave-v3"), at_head(718)};
    Client socket{io.get_executor(), websocket_url(server)};
    Client http{io.get_executor(), Url::parse(server.url()).value()};
    const std::vector<Call> calls{
        methods::logs({{chain::BlockNumber{0}, chain::BlockNumber{718}}, {}, {}}),
        methods::block_header(BlockTag::finalized),
        methods::block_receipts(chain::BlockNumber{299}),
        Call{"no_method", "[]"}};
    const auto one = run(io, socket.batch(calls)).value();
    const auto other = run(io, http.batch(calls)).value();
    for (std::size_t i = 0; i + 1 < calls.size(); ++i) {
        CHECK(simdjson::minify(one[i].value().result()) ==
              simdjson::minify(other[i].value().result()));
    }
    CHECK(one.back().error().refusal == other.back().error().refusal);
}

TEST_CASE("a client survives a WebSocket that fails now and then") {
    asio::io_context io;
    for (const std::string seed : {"1", "2", "3"}) {
        CAPTURE(seed);
        node::NodeServer server{test::recorded("aave-v3"),
                                at_head(718,
                                        {"close:chance=10,seed=" + seed,
                                         "truncate:chance=10,seed=4" + seed,
                                         "bad-json:chance=10,seed=5" + seed,
                                         "http-429:chance=10,seed=6" + seed,
                                         "wrong-id:chance=10,seed=7" + seed,
                                         "shuffle-batch",
                                         "drip:bytes=50,ms=1,chance=20"})};
        ClientOptions options;
        options.retry.attempts = 30;
        options.retry.first_delay = std::chrono::milliseconds{1};
        options.retry.longest_delay = std::chrono::milliseconds{2};
        Client client{io.get_executor(), websocket_url(server), options};
        for (int i = 0; i < 40; ++i) {
            const auto answers = run(
                io,
                client.batch({methods::block_number(), methods::chain_id(), methods::logs({})}));
            REQUIRE(answers.has_value());
            CHECK(to_quantity(answers.value()[0].value()).value() == 718);
            CHECK(to_quantity(answers.value()[1].value()).value() == 31337);
        }
        CHECK(client.requests() > 45);
    }
}

}  // namespace
}  // namespace redink::rpc
