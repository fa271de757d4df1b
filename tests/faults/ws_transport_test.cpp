#include <doctest/doctest.h>

#include "indexer/rpc/client.hpp"
#include "tests/support/fake_ws_server.hpp"
#include "tests/support/rpc_replies.hpp"

namespace redink::rpc {
namespace {

using std::chrono::milliseconds;
using tests::FakeWsServer;
using tests::make_certificate;
using tests::run;
using tests::TestCertificate;
using tests::WsScript;

const Call kBlockNumber{"eth_blockNumber", "[]"};

std::uint64_t id_of(const std::string& message) {
    return tests::ids_of({"", {}, message, 0}).front();
}

WsScript fine(const std::string& message) {
    return {{tests::result_object(id_of(message), R"("0x10")")}};
}

Client make_client(asio::io_context& io, const std::string& url, ClientOptions options = {}) {
    return Client{io.get_executor(), Url::parse(url).value(), std::move(options)};
}

ClientOptions once() {
    ClientOptions options;
    options.retry.attempts = 1;
    return options;
}

ClientOptions hasty() {
    ClientOptions options = once();
    options.http.exchange_limit = milliseconds{40};
    return options;
}

}  // namespace

TEST_CASE("many calls share one WebSocket") {
    asio::io_context io;
    FakeWsServer server{io, fine};
    Client client = make_client(io, server.url());
    for (int i = 0; i < 10; ++i) {
        const auto answer = run(io, client.call(kBlockNumber));
        CHECK(to_quantity(answer.value()).value() == 16);
    }
    CHECK(server.upgrades.size() == 1);
    CHECK(server.messages.size() == 10);
}

TEST_CASE("a batch goes over a WebSocket in one message") {
    asio::io_context io;
    const auto handler = [](const std::string& message) {
        std::string text;
        for (const std::uint64_t id : tests::ids_of({"", {}, message, 0})) {
            text = tests::result_object(id, R"("0x10")") + (text.empty() ? "" : "," + text);
        }
        return WsScript{{"[" + text + "]"}};
    };
    FakeWsServer server{io, handler};
    Client client = make_client(io, server.url());
    const auto answers = run(io, client.batch({kBlockNumber, kBlockNumber, kBlockNumber}));
    CHECK(answers.value().size() == 3);
    CHECK(server.messages.size() == 1);
}

TEST_CASE("path and credentials go into the upgrade, and into no error") {
    asio::io_context io;
    FakeWsServer server{io, fine};
    std::string url = server.url("/v2/0123456789abcdef?key=ABCDEFGHIJ");
    url.insert(5, "user:hunter2@");
    Client client = make_client(io, url, once());
    CHECK(run(io, client.call(kBlockNumber)).has_value());
    REQUIRE(server.upgrades.size() == 1);
    CHECK(server.upgrades[0].target == "/v2/0123456789abcdef?key=ABCDEFGHIJ");
    CHECK(server.upgrades[0].fields.at("authorization") == "Basic dXNlcjpodW50ZXIy");
    CHECK(server.upgrades[0].fields.at("user-agent") == "redink");

    const std::string body = "no route /v2/0123456789abcdef for user:hunter2, key ABCDEFGHIJ";
    server.decline_with("HTTP/1.1 401 No\r\nContent-Length: " + std::to_string(body.size()) +
                        "\r\n\r\n" + body);
    Client refused = make_client(io, url, once());
    const auto answer = run(io, refused.call(kBlockNumber));
    REQUIRE(answer.has_error());
    CHECK(answer.error().is(RpcErrc::http_status));
    CHECK(answer.error().http_status == 401);
    CHECK(answer.error().text.find("HTTP 401") != std::string::npos);
    for (const char* secret : {"0123456789abcdef", "hunter2", "ABCDEFGHIJ"}) {
        CHECK(answer.error().text.find(secret) == std::string::npos);
    }
}

TEST_CASE("an upgrade that is rate limited is tried again after the wait that was asked for") {
    asio::io_context io;
    FakeWsServer server{io, fine};
    server.decline_with("HTTP/1.1 429 Slow down\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n");
    Client client = make_client(io, server.url(), once());
    const auto answer = run(io, client.call(kBlockNumber));
    CHECK(answer.error().is(RpcErrc::rate_limited));
    CHECK(answer.error().retry_after == std::chrono::seconds{7});
}

TEST_CASE("an idle WebSocket that the node closed is replaced without notice") {
    asio::io_context io;
    for (const auto end : {WsScript::End::close, WsScript::End::drop}) {
        int count = 0;
        const auto handler = [&](const std::string& message) {
            WsScript script = fine(message);
            script.end = ++count == 1 ? end : WsScript::End::no;
            return script;
        };
        FakeWsServer server{io, handler};
        Client client = make_client(io, server.url(), once());
        CHECK(run(io, client.call(kBlockNumber)).has_value());
        CHECK(run(io, client.call(kBlockNumber)).has_value());
        CHECK(client.requests() == 2);
        CHECK(server.upgrades.size() == 2);
    }
}

TEST_CASE("a WebSocket that ends before or within an answer is an error, and then replaced") {
    asio::io_context io;
    using End = WsScript::End;
    for (const auto end : {End::close, End::drop, End::half_then_drop}) {
        CAPTURE(static_cast<int>(end));
        int count = 0;
        const auto handler = [&](const std::string& message) {
            WsScript script = fine(message);
            if (++count == 1) {
                script.end = end;
                if (end != End::half_then_drop) {
                    script.messages.clear();
                }
            }
            return script;
        };
        FakeWsServer server{io, handler};
        Client client = make_client(io, server.url(), once());
        CHECK(run(io, client.call(kBlockNumber)).error().is(RpcErrc::broken));
        CHECK(run(io, client.call(kBlockNumber)).has_value());
    }
}

TEST_CASE("silence and half a message meet the exchange limit") {
    asio::io_context io;
    for (const bool half : {false, true}) {
        CAPTURE(half);
        const auto handler = [half](const std::string& message) {
            WsScript script = half ? fine(message) : WsScript{};
            script.end = half ? WsScript::End::half_then_hang : WsScript::End::no;
            return script;
        };
        FakeWsServer server{io, handler};
        Client client = make_client(io, server.url(), hasty());
        CHECK(run(io, client.call(kBlockNumber)).error().is(RpcErrc::deadline));
        CHECK(run(io, client.call(kBlockNumber)).error().is(RpcErrc::deadline));
        CHECK(server.upgrades.size() == 2);
    }
}

TEST_CASE("an upgrade that never ends meets the connect limit") {
    asio::io_context io;
    asio::ip::tcp::acceptor mute{io, {asio::ip::address_v4::loopback(), 0}};
    const std::string port = std::to_string(mute.local_endpoint().port());
    for (const char* scheme : {"ws://127.0.0.1:", "wss://127.0.0.1:"}) {
        ClientOptions options = once();
        options.http.connect_limit = milliseconds{40};
        Client client = make_client(io, scheme + port, options);
        CHECK(run(io, client.call(kBlockNumber)).error().is(RpcErrc::connect));
    }
}

TEST_CASE("an answer over the limit is refused") {
    asio::io_context io;
    const auto handler = [](const std::string& message) {
        return WsScript{
            {tests::result_object(id_of(message), "\"" + std::string(5000, 'a') + "\"")}};
    };
    FakeWsServer server{io, handler};
    ClientOptions options = once();
    options.http.answer_limit = 4000;
    Client small = make_client(io, server.url(), options);
    CHECK(run(io, small.call(kBlockNumber)).error().is(RpcErrc::too_large));
    options.http.answer_limit = 6000;
    Client large = make_client(io, server.url(), options);
    CHECK(run(io, large.call(kBlockNumber)).has_value());
}

TEST_CASE("what is no answer over a WebSocket is an error") {
    asio::io_context io;
    for (const std::string text :
         {"nonsense", "", "[]", R"({"jsonrpc":"2.0","id":99,"result":1})"}) {
        CAPTURE(text);
        FakeWsServer server{io, [&](const std::string&) { return WsScript{{text}}; }};
        Client client = make_client(io, server.url(), once());
        const auto answer = run(io, client.call(kBlockNumber));
        REQUIRE(answer.has_error());
        const bool is_bad =
            answer.error().is(RpcErrc::bad_json) || answer.error().is(RpcErrc::bad_answer);
        CHECK(is_bad);
    }
}

TEST_CASE("a plain HTTP server is no WebSocket, and its status is told") {
    asio::io_context io;
    FakeWsServer server{io, fine};
    server.decline_with("HTTP/1.1 200 Fine\r\nContent-Length: 2\r\n\r\nhi");
    Client client = make_client(io, server.url(), once());
    const auto answer = run(io, client.call(kBlockNumber));
    CHECK(answer.error().is(RpcErrc::http_status));
    CHECK(answer.error().text.find("no WebSocket: HTTP 200: hi") != std::string::npos);
    server.decline_with("EHLO there\r\n\r\n");
    CHECK(run(io, client.call(kBlockNumber)).error().is(RpcErrc::broken));
}

TEST_CASE("wss works with a trusted certificate, and only with that") {
    asio::io_context io;
    const TestCertificate certificate = make_certificate({"localhost"});
    FakeWsServer server{io, fine, certificate};
    ClientOptions options = once();
    options.http.extra_ca_pem = certificate.certificate_pem;
    Client client = make_client(io, server.url("/", "localhost"), options);
    for (int i = 0; i < 3; ++i) {
        CHECK(run(io, client.call(kBlockNumber)).has_value());
    }
    CHECK(server.upgrades.size() == 1);
    Client wrong_name = make_client(io, server.url("/", "127.0.0.1"), options);
    CHECK(run(io, wrong_name.call(kBlockNumber)).error().is(RpcErrc::tls));
    Client stranger = make_client(io, server.url("/", "localhost"), once());
    CHECK(run(io, stranger.call(kBlockNumber)).error().is(RpcErrc::tls));
}

TEST_CASE("there are no more WebSockets than connections, and one exchange on each") {
    asio::io_context io;
    FakeWsServer server{io, fine};
    ClientOptions options;
    options.http.connections = 2;
    Client client = make_client(io, server.url(), options);
    int ended = 0;
    for (int i = 0; i < 12; ++i) {
        const auto count = [&](const std::exception_ptr& thrown,
                               const std::optional<CallResult<Answer>>& answer) {
            ++ended;
            CHECK_FALSE(thrown);
            CHECK(answer->has_value());
        };
        asio::co_spawn(io, detail::as_optional(client.call(kBlockNumber)), count);
    }
    while (ended < 12) {
        io.restart();
        io.run_one();
    }
    CHECK(server.upgrades.size() == 2);
}

}  // namespace redink::rpc
