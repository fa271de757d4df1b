#include "indexer/rpc/head_stream.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <doctest/doctest.h>

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

constexpr std::chrono::seconds kLong{20};

std::string head(std::uint64_t number, const std::string& subscription = "0x5") {
    return R"({"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":")" +
           subscription + R"(","result":{"number":")" + chain::to_quantity(number) +
           R"(","hash":"0x)" + std::string(63, '0') + std::to_string(number % 10) + "\"}}}";
}

/// Accepts the subscription and then sends these messages.
FakeWsServer::Handler accepting(std::vector<std::string> messages,
                                WsScript::End end = WsScript::End::no) {
    return [messages = std::move(messages), end](const std::string&) {
        WsScript script{messages, end};
        script.messages.insert(script.messages.begin(), tests::result_object(1, R"("0x5")"));
        return script;
    };
}

HeadStream make_stream(asio::io_context& io, const std::string& url, HttpOptions options = {}) {
    return HeadStream{io.get_executor(), Url::parse(url).value(), std::move(options)};
}

}  // namespace

TEST_CASE("a subscription is asked for, and its heads come in order") {
    asio::io_context io;
    FakeWsServer server{io, accepting({head(1), head(2), head(2), head(3)})};
    HeadStream stream = make_stream(io, server.url("/0123456789abcdef"));
    CHECK(stream.name() == server.url(""));
    REQUIRE(run(io, stream.open()).has_value());
    REQUIRE(server.messages.size() == 1);
    CHECK(server.messages[0] ==
          R"({"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]})");
    for (const std::uint64_t number : {1U, 2U, 2U, 3U}) {
        CHECK(run(io, stream.next(kLong)).value().number == chain::BlockNumber{number});
    }
}

TEST_CASE("heads that come before the subscription's id are not lost") {
    asio::io_context io;
    FakeWsServer server{
        io, [](const std::string&) {
            return WsScript{{head(1), tests::result_object(1, R"("0x5")"), head(2)}};
        }};
    HeadStream stream = make_stream(io, server.url());
    REQUIRE(run(io, stream.open()).has_value());
    CHECK(run(io, stream.next(kLong)).value().number == chain::BlockNumber{1});
    CHECK(run(io, stream.next(kLong)).value().number == chain::BlockNumber{2});
}

TEST_CASE("silence is an error after its time, and ends the stream") {
    asio::io_context io;
    FakeWsServer server{io, accepting({head(1)})};
    HeadStream stream = make_stream(io, server.url());
    REQUIRE(run(io, stream.open()).has_value());
    CHECK(run(io, stream.next(kLong)).has_value());
    const auto silent = run(io, stream.next(milliseconds{30}));
    CHECK(silent.error().is(RpcErrc::deadline));
    CHECK(silent.error().text.find("within 30 ms") != std::string::npos);
    CHECK(run(io, stream.next(kLong)).error().is(RpcErrc::broken));
    REQUIRE(run(io, stream.open()).has_value());
    CHECK(run(io, stream.next(kLong)).value().number == chain::BlockNumber{1});
}

TEST_CASE("a socket that ends, in any way, is an error") {
    asio::io_context io;
    using End = WsScript::End;
    for (const auto end : {End::close, End::drop, End::half_then_drop}) {
        CAPTURE(static_cast<int>(end));
        FakeWsServer server{io, accepting({head(1), head(2)}, end)};
        HeadStream stream = make_stream(io, server.url());
        REQUIRE(run(io, stream.open()).has_value());
        CHECK(run(io, stream.next(kLong)).has_value());
        if (end != End::half_then_drop) {
            CHECK(run(io, stream.next(kLong)).has_value());
        }
        CHECK(run(io, stream.next(kLong)).error().is(RpcErrc::broken));
    }
    FakeWsServer server{io, accepting({head(1), head(2)}, End::half_then_hang)};
    HeadStream stream = make_stream(io, server.url());
    REQUIRE(run(io, stream.open()).has_value());
    CHECK(run(io, stream.next(kLong)).has_value());
    CHECK(run(io, stream.next(milliseconds{30})).error().is(RpcErrc::deadline));
}

TEST_CASE("what is no head is an error") {
    asio::io_context io;
    for (const std::string& text : {std::string{"nonsense"},
                                    std::string{"{}"},
                                    std::string{"\xff\xfe"},
                                    head(1, "0x6"),
                                    tests::result_object(1, R"("0x5")"),
                                    std::string(2'000'000, ' ')}) {
        CAPTURE(text.substr(0, 80));
        FakeWsServer server{io, accepting({text})};
        HeadStream stream = make_stream(io, server.url());
        REQUIRE(run(io, stream.open()).has_value());
        CHECK(run(io, stream.next(kLong)).has_error());
    }
}

TEST_CASE("a subscription that is refused says why, without a key") {
    asio::io_context io;
    FakeWsServer server{
        io, [](const std::string&) {
            return WsScript{{tests::error_object(
                1, R"({"code":-32601,"message":"no eth_subscribe for 0123456789abcdef"})")}};
        }};
    HeadStream stream = make_stream(io, server.url("/0123456789abcdef"));
    const auto opened = run(io, stream.open());
    REQUIRE(opened.has_error());
    CHECK(opened.error().is(RpcErrc::refused));
    CHECK(opened.error().refusal->code == -32601);
    CHECK(opened.error().text.find("no eth_subscribe for ***") != std::string::npos);
    CHECK(opened.error().refusal->message == "no eth_subscribe for ***");
    CHECK(run(io, stream.next(kLong)).has_error());
}

TEST_CASE("a subscription that is never answered, or by nonsense, is an error") {
    asio::io_context io;
    HttpOptions hasty;
    hasty.exchange_limit = milliseconds{30};
    FakeWsServer mute{io, [](const std::string&) { return WsScript{}; }};
    HeadStream waiting = make_stream(io, mute.url(), hasty);
    CHECK(run(io, waiting.open()).error().is(RpcErrc::deadline));
    for (const std::string& text : {std::string{"nonsense"},
                                    tests::result_object(2, R"("0x5")"),
                                    tests::result_object(1, "true")}) {
        CAPTURE(text);
        FakeWsServer server{io, [&](const std::string&) { return WsScript{{text}}; }};
        HeadStream stream = make_stream(io, server.url());
        CHECK(run(io, stream.open()).has_error());
    }
    FakeWsServer chatty{
        io, [](const std::string&) { return WsScript{std::vector<std::string>(100, head(1))}; }};
    HeadStream stream = make_stream(io, chatty.url());
    CHECK(run(io, stream.open()).error().is(RpcErrc::bad_answer));
}

TEST_CASE("a node that is not there, or does not upgrade, is an error") {
    asio::io_context io;
    asio::ip::tcp::acceptor closed{io, {asio::ip::address_v4::loopback(), 0}};
    const std::string port = std::to_string(closed.local_endpoint().port());
    closed.close();
    HeadStream nobody = make_stream(io, "ws://127.0.0.1:" + port);
    CHECK(run(io, nobody.open()).error().is(RpcErrc::connect));
    FakeWsServer server{io, accepting({})};
    server.decline_with("HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n");
    HeadStream declined = make_stream(io, server.url());
    CHECK(run(io, declined.open()).error().http_status == 405);
}

TEST_CASE("heads come over TLS") {
    asio::io_context io;
    const TestCertificate certificate = make_certificate({"localhost"});
    FakeWsServer server{io, accepting({head(1), head(2)}), certificate};
    HttpOptions options;
    options.extra_ca_pem = certificate.certificate_pem;
    HeadStream stream = make_stream(io, server.url("/", "localhost"), options);
    REQUIRE(run(io, stream.open()).has_value());
    CHECK(run(io, stream.next(kLong)).value().number == chain::BlockNumber{1});
    CHECK(run(io, stream.next(kLong)).value().number == chain::BlockNumber{2});
    HeadStream stranger = make_stream(io, server.url("/", "localhost"));
    CHECK(run(io, stranger.open()).error().is(RpcErrc::tls));
}

TEST_CASE("cancelling ends the wait for a head") {
    asio::io_context io;
    FakeWsServer server{io, accepting({})};
    HeadStream stream = make_stream(io, server.url());
    REQUIRE(run(io, stream.open()).has_value());
    asio::cancellation_signal signal;
    bool ended = false;
    const auto finish = [&](const std::exception_ptr& thrown,
                            const std::optional<CallResult<chain::BlockRef>>& head) {
        ended = true;
        const bool is_cancelled = thrown || head->error().is(RpcErrc::cancelled);
        CHECK(is_cancelled);
    };
    asio::co_spawn(io,
                   detail::as_optional(stream.next(kLong)),
                   asio::bind_cancellation_slot(signal.slot(), finish));
    for (int i = 0; i < 20; ++i) {
        io.restart();
        io.poll();
    }
    CHECK_FALSE(ended);
    signal.emit(asio::cancellation_type::terminal);
    while (!ended) {
        io.restart();
        io.run_one();
    }
}

}  // namespace redink::rpc
