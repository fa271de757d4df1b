#include <boost/asio/bind_cancellation_slot.hpp>
#include <doctest/doctest.h>

#include "indexer/rpc/client.hpp"
#include "tests/support/rpc_replies.hpp"

namespace redink::rpc {
namespace {

using std::chrono::milliseconds;
using tests::answer_with;
using tests::FakeHttpServer;
using tests::make_certificate;
using tests::run;
using tests::Script;
using tests::SeenRequest;
using tests::TestCertificate;

const Call kBlockNumber{"eth_blockNumber", "[]"};

Script fine(const SeenRequest& request) {
    return answer_with(request, R"("0x10")");
}

Script silent(const SeenRequest&) {
    Script script;
    script.hang = true;
    return script;
}

ClientOptions trusting(const TestCertificate& certificate) {
    ClientOptions options;
    options.retry.attempts = 1;
    options.http.extra_ca_pem = certificate.certificate_pem;
    return options;
}

Client make_client(asio::io_context& io, const std::string& url, ClientOptions options = {}) {
    return Client{io.get_executor(), Url::parse(url).value(), std::move(options)};
}

/// A call that a test can cancel, and what became of it.
class Running {
  public:
    Running(asio::io_context& io, Task<CallResult<Answer>> work) {
        const auto finish = [this](const std::exception_ptr& thrown,
                                   std::optional<CallResult<Answer>> value) {
            ended_ = true;
            thrown_ = thrown != nullptr;
            result_ = std::move(value);
        };
        asio::co_spawn(io,
                       detail::as_optional(std::move(work)),
                       asio::bind_cancellation_slot(signal_.slot(), finish));
    }

    void cancel() {
        signal_.emit(asio::cancellation_type::terminal);
    }

    [[nodiscard]] bool ended() const {
        return ended_;
    }

    /// Ended without an answer, as a cancelled call does.
    [[nodiscard]] bool cancelled() const {
        return ended_ && (thrown_ || result_->error().is(RpcErrc::cancelled));
    }

  private:
    asio::cancellation_signal signal_;
    bool ended_ = false;
    bool thrown_ = false;
    std::optional<CallResult<Answer>> result_;
};

template <class Condition>
void run_until(asio::io_context& io, Condition condition) {
    while (!condition()) {
        io.restart();
        io.run_one();
    }
}

}  // namespace

TEST_CASE("TLS works with a trusted certificate for the right name") {
    asio::io_context io;
    const TestCertificate certificate = make_certificate({"localhost", "127.0.0.1"});
    FakeHttpServer server{io, fine, certificate};
    for (const char* host : {"localhost", "127.0.0.1"}) {
        Client client = make_client(io, server.url("/", host), trusting(certificate));
        for (int i = 0; i < 3; ++i) {
            CHECK(run(io, client.call(kBlockNumber)).has_value());
        }
    }
    CHECK(server.server_names() == std::vector<std::string>{"localhost", ""});
}

TEST_CASE("a large answer passes through TLS") {
    asio::io_context io;
    const TestCertificate certificate = make_certificate({"localhost"});
    FakeHttpServer server{io,
                          [](const SeenRequest& request) {
                              return answer_with(request,
                                                 "\"" + std::string(3'000'000, 'a') + "\"");
                          },
                          certificate};
    Client client = make_client(io, server.url("/", "localhost"), trusting(certificate));
    CHECK(to_text(run(io, client.call(kBlockNumber)).value()).value().size() == 3'000'000);
}

TEST_CASE("a certificate for another host is refused, once") {
    asio::io_context io;
    const TestCertificate certificate = make_certificate({"other.example", "127.0.0.2"});
    FakeHttpServer server{io, fine, certificate};
    for (const char* host : {"localhost", "127.0.0.1"}) {
        ClientOptions options = trusting(certificate);
        options.retry.attempts = 3;
        Client client = make_client(io, server.url("/", host), options);
        const auto answer = run(io, client.call(kBlockNumber));
        CHECK(answer.error().is(RpcErrc::tls));
        CHECK(client.requests() == 1);
    }
    CHECK(server.requests().empty());
}

TEST_CASE("a certificate of an unknown authority is refused") {
    asio::io_context io;
    FakeHttpServer server{io, fine, make_certificate({"localhost"})};
    Client client =
        make_client(io, server.url("/", "localhost"), trusting(make_certificate({"localhost"})));
    const auto answer = run(io, client.call(kBlockNumber));
    CHECK(answer.error().is(RpcErrc::tls));
    CHECK(answer.error().text.find("certificate") != std::string::npos);
    CHECK(server.requests().empty());
}

TEST_CASE("TLS to a plain server, and plain to a TLS server, are errors") {
    asio::io_context io;
    const TestCertificate certificate = make_certificate({"127.0.0.1"});
    FakeHttpServer plain{io, fine};
    std::string url = plain.url();
    url.insert(4, "s");
    Client tls_client = make_client(io, url, trusting(certificate));
    CHECK(run(io, tls_client.call(kBlockNumber)).has_error());
    FakeHttpServer tls{io, fine, certificate};
    url = tls.url();
    url.erase(4, 1);
    Client plain_client = make_client(io, url, trusting(certificate));
    CHECK(run(io, plain_client.call(kBlockNumber)).error().is(RpcErrc::broken));
}

TEST_CASE("the pool opens no more connections than it may") {
    asio::io_context io;
    FakeHttpServer server{io, fine};
    ClientOptions options;
    options.http.connections = 3;
    Client client = make_client(io, server.url(), options);
    std::vector<std::unique_ptr<Running>> calls;
    for (int i = 0; i < 20; ++i) {
        calls.push_back(std::make_unique<Running>(io, client.call(kBlockNumber)));
    }
    for (const auto& call : calls) {
        run_until(io, [&call] { return call->ended(); });
        CHECK_FALSE(call->cancelled());
    }
    CHECK(server.requests().size() == 20);
    CHECK(server.connections() == 3);
}

TEST_CASE("a call that finds no free connection in time says so") {
    asio::io_context io;
    FakeHttpServer server{io, silent};
    ClientOptions options;
    options.http.connections = 1;
    options.http.queue_limit = milliseconds{10};
    options.retry.attempts = 1;
    Client client = make_client(io, server.url(), options);
    Running first{io, client.call(kBlockNumber)};
    run_until(io, [&server] { return server.requests().size() == 1; });
    CHECK(run(io, client.call(kBlockNumber)).error().is(RpcErrc::busy));
    first.cancel();
    run_until(io, [&first] { return first.ended(); });
    CHECK(first.cancelled());
}

TEST_CASE("cancelling a call closes its connection and frees its place") {
    asio::io_context io;
    bool answering = false;
    const auto handler = [&answering](const SeenRequest& request) {
        return answering ? fine(request) : silent(request);
    };
    FakeHttpServer server{io, handler};
    ClientOptions options;
    options.http.connections = 1;
    Client client = make_client(io, server.url(), options);
    Running stuck{io, client.call(kBlockNumber)};
    Running waiting{io, client.call(kBlockNumber)};
    Running next{io, client.call(kBlockNumber)};
    run_until(io, [&server] { return server.requests().size() == 1; });
    waiting.cancel();
    run_until(io, [&waiting] { return waiting.ended(); });
    CHECK(waiting.cancelled());
    CHECK_FALSE(stuck.ended());
    answering = true;
    stuck.cancel();
    run_until(io, [&] { return next.ended() && server.abandoned() == 1; });
    CHECK(stuck.cancelled());
    CHECK_FALSE(next.cancelled());
    CHECK(client.requests() == 3);
}

TEST_CASE("cancelling works in every phase of a call") {
    asio::io_context io;
    const TestCertificate certificate = make_certificate({"localhost"});
    FakeHttpServer server{io, silent, certificate};
    asio::ip::tcp::acceptor mute{io, {asio::ip::address_v4::loopback(), 0}};
    const std::string mute_port = std::to_string(mute.local_endpoint().port());
    Client silent_node = make_client(io, server.url("/", "localhost"), trusting(certificate));
    Client mute_node = make_client(io, "https://127.0.0.1:" + mute_port, trusting(certificate));
    // Steps of the event loop stand for the phases: lookup, connect, handshake, write, read.
    for (std::size_t steps = 0; steps < 40; ++steps) {
        for (Client* client : {&silent_node, &mute_node}) {
            Running call{io, client->call(kBlockNumber)};
            io.restart();
            for (std::size_t i = 0; i < steps; ++i) {
                io.poll_one();
            }
            call.cancel();
            run_until(io, [&call] { return call.ended(); });
            CHECK(call.cancelled());
        }
    }
}

TEST_CASE("cancelling ends the pause before another attempt") {
    asio::io_context io;
    FakeHttpServer server{io, [](const SeenRequest&) {
                              Script script;
                              script.status = 503;
                              return script;
                          }};
    ClientOptions options;
    options.retry.first_delay = std::chrono::hours{1};
    options.retry.longest_delay = std::chrono::hours{1};
    options.retry.total = std::chrono::hours{5};
    Client client = make_client(io, server.url(), options);
    Running call{io, client.call(kBlockNumber)};
    run_until(io, [&server] { return server.requests().size() == 1; });
    for (int i = 0; i < 50; ++i) {
        io.poll_one();
    }
    CHECK_FALSE(call.ended());
    call.cancel();
    run_until(io, [&call] { return call.ended(); });
    CHECK(call.cancelled());
}

TEST_CASE("a node that reads nothing meets the deadline while we write") {
    asio::io_context io;
    asio::ip::tcp::acceptor mute{io, {asio::ip::address_v4::loopback(), 0}};
    ClientOptions options;
    options.http.exchange_limit = milliseconds{30};
    options.retry.attempts = 1;
    Client client = make_client(
        io, "http://127.0.0.1:" + std::to_string(mute.local_endpoint().port()), options);
    const Call large{"eth_call", "[\"" + std::string(30'000'000, 'a') + "\"]"};
    CHECK(run(io, client.call(large)).error().is(RpcErrc::deadline));
}

TEST_CASE("a handshake that never ends meets the connect limit") {
    asio::io_context io;
    asio::ip::tcp::acceptor mute{io, {asio::ip::address_v4::loopback(), 0}};
    ClientOptions options;
    options.http.connect_limit = milliseconds{30};
    options.retry.attempts = 1;
    Client client = make_client(
        io, "https://127.0.0.1:" + std::to_string(mute.local_endpoint().port()), options);
    CHECK(run(io, client.call(kBlockNumber)).error().is(RpcErrc::connect));
}

}  // namespace redink::rpc
