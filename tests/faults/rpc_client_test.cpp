#include <doctest/doctest.h>

#include "indexer/chain/hex.hpp"
#include "indexer/rpc/client.hpp"
#include "tests/support/rpc_replies.hpp"

namespace redink::rpc {
namespace {

using std::chrono::milliseconds;
using tests::answer_with;
using tests::error_object;
using tests::FakeHttpServer;
using tests::ids_of;
using tests::Packing;
using tests::result_object;
using tests::run;
using tests::Script;
using tests::SeenRequest;

const Call kBlockNumber{"eth_blockNumber", "[]"};

/// Patient with the network, quick between attempts.
ClientOptions options() {
    ClientOptions chosen;
    chosen.http.exchange_limit = milliseconds{30'000};
    chosen.retry.attempts = 3;
    chosen.retry.first_delay = milliseconds{1};
    return chosen;
}

ClientOptions no_retries() {
    ClientOptions chosen = options();
    chosen.retry.attempts = 1;
    return chosen;
}

/// A server and a client of it. `handler` also gets the number of the request, from 0.
struct Rig {
    using Numbered = std::function<Script(const SeenRequest&, std::size_t)>;

    explicit Rig(Numbered handler, ClientOptions chosen = options(), const char* target = "/")
        : server{io,
                 [this, handler](const SeenRequest& request) {
                     return handler(request, server.requests().size() - 1);
                 }},
          client{io.get_executor(), Url::parse(server.url(target)).value(), std::move(chosen)} {
    }

    CallResult<Answer> call() {
        return run(io, client.call(kBlockNumber));
    }

    CallResult<Answers> batch(std::size_t count) {
        return run(io, client.batch(std::vector<Call>(count, kBlockNumber)));
    }

    asio::io_context io;
    FakeHttpServer server;
    Client client;
};

Script fine(const SeenRequest& request, std::size_t) {
    return answer_with(request, R"("0x10")");
}

/// The first `count` requests meet `trouble`, later ones a good answer.
Rig::Numbered first(std::size_t count, Script trouble) {
    return [count, trouble](const SeenRequest& request, std::size_t number) {
        return number < count ? trouble : fine(request, number);
    };
}

Rig::Numbered always(Script script) {
    return [script](const SeenRequest&, std::size_t) { return script; };
}

Script status(unsigned code, std::string body = "") {
    Script script;
    script.status = code;
    script.body = std::move(body);
    return script;
}

}  // namespace

TEST_CASE("a call sends JSON-RPC over HTTP and gives the result") {
    Rig rig{fine, options(), "/v2/key?x=1"};
    CHECK(to_quantity(rig.call().value()).value() == 16);
    const SeenRequest& seen = rig.server.requests().at(0);
    CHECK(seen.target == "/v2/key?x=1");
    CHECK(seen.body == R"({"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]})");
    CHECK(seen.fields.at("content-type") == "application/json");
    CHECK(seen.fields.at("accept-encoding") == "gzip");
    CHECK(seen.fields.at("host") == rig.server.url("").substr(7));
    CHECK_FALSE(seen.fields.contains("authorization"));
}

TEST_CASE("user and password become basic authentication") {
    asio::io_context io;
    FakeHttpServer server{io, [](const SeenRequest& request) { return fine(request, 0); }};
    Client client{io.get_executor(),
                  Url::parse(server.url("/", "Aladdin:open%20sesame@127.0.0.1")).value()};
    CHECK(run(io, client.call("eth_blockNumber", "[]")).has_value());
    CHECK(server.requests().at(0).fields.at("authorization") ==
          "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

TEST_CASE("calls one after another share a connection") {
    Rig rig{fine};
    for (int i = 0; i < 5; ++i) {
        CHECK(rig.call().has_value());
    }
    CHECK(rig.server.connections() == 1);
}

TEST_CASE("answers come whole, chunked, packed, and in drops") {
    const auto big = [](const SeenRequest& request) {
        return answer_with(request, "\"0x" + std::string(100'000, 'a') + "\"");
    };
    for (const bool chunked : {false, true}) {
        for (const Packing packing : {Packing::none, Packing::gzip}) {
            for (const std::size_t drip : {0U, 20'000U}) {
                CAPTURE(chunked);
                CAPTURE(drip);
                Rig rig{[&](const SeenRequest& request, std::size_t) {
                            Script script = big(request);
                            script.chunked = chunked;
                            script.packing = packing;
                            script.drip = drip;
                            return script;
                        },
                        no_retries()};
                for (int i = 0; i < 2; ++i) {
                    CHECK(to_text(rig.call().value()).value().size() == 100'002);
                }
                CHECK(rig.server.connections() == 1);
            }
        }
    }
}

TEST_CASE("truncated and damaged gzip are errors") {
    for (const Packing packing : {Packing::cut_gzip, Packing::damaged_gzip}) {
        for (const bool chunked : {false, true}) {
            Rig rig{[&](const SeenRequest& request, std::size_t number) {
                        Script script = fine(request, number);
                        script.packing = packing;
                        script.chunked = chunked;
                        return script;
                    },
                    no_retries()};
            CHECK(rig.call().error().is(RpcErrc::bad_encoding));
        }
    }
    Script unknown = status(200, "{}");
    unknown.fields = {{"Content-Encoding", "br"}};
    Rig rig{always(unknown), no_retries()};
    CHECK(rig.call().error().is(RpcErrc::bad_encoding));
}

TEST_CASE("an answer above the limit is refused in every encoding") {
    for (const bool chunked : {false, true}) {
        for (const Packing packing : {Packing::none, Packing::gzip}) {
            ClientOptions chosen = options();
            chosen.http.answer_limit = 50'000;
            Rig rig{[&](const SeenRequest& request, std::size_t) {
                        Script script =
                            answer_with(request, "\"" + std::string(50'000, 'a') + "\"");
                        script.chunked = chunked;
                        script.packing = packing;
                        return script;
                    },
                    chosen};
            CHECK(rig.call().error().is(RpcErrc::too_large));
            CHECK(rig.server.requests().size() == 1);
        }
    }
}

TEST_CASE("a connection that drops before or within the answer is tried again") {
    for (const std::size_t cut : {0U, 10U, 40U, 70U}) {
        Script dropped = status(200, std::string(1000, ' '));
        dropped.cut_after = cut;
        Rig rig{first(2, dropped)};
        CHECK(rig.call().has_value());
        CHECK(rig.client.requests() == 3);
        Rig never{always(dropped)};
        CHECK(never.call().error().is(RpcErrc::broken));
        CHECK(never.server.requests().size() == 3);
    }
}

TEST_CASE("a kept connection that was closed is replaced without a retry") {
    Rig rig{[](const SeenRequest& request, std::size_t number) {
                Script script = fine(request, number);
                if (number == 1) {
                    script.cut_after = 0;
                }
                return script;
            },
            no_retries()};
    CHECK(rig.call().has_value());
    CHECK(rig.call().has_value());
    CHECK(rig.client.requests() == 2);
    CHECK(rig.server.connections() == 2);
}

TEST_CASE("a connection is replaced once only") {
    Rig rig{[](const SeenRequest& request, std::size_t number) {
                Script script = fine(request, number);
                if (number > 0) {
                    script.cut_after = 0;
                }
                return script;
            },
            no_retries()};
    CHECK(rig.call().has_value());
    CHECK(rig.call().error().is(RpcErrc::broken));
    CHECK(rig.server.requests().size() == 3);
}

TEST_CASE("a connection that the node wants closed is not used again") {
    Rig rig{[](const SeenRequest& request, std::size_t number) {
                Script script = fine(request, number);
                script.close = true;
                return script;
            },
            no_retries()};
    CHECK(rig.call().has_value());
    CHECK(rig.call().has_value());
    CHECK(rig.server.connections() == 2);
}

TEST_CASE("a connection that was idle too long is not used again") {
    ClientOptions chosen = no_retries();
    chosen.http.idle_limit = milliseconds{0};
    Rig rig{fine, chosen};
    CHECK(rig.call().has_value());
    CHECK(rig.call().has_value());
    CHECK(rig.server.connections() == 2);
}

TEST_CASE("a silent node meets the deadline, and its connection is closed") {
    Script silent;
    silent.hang = true;
    ClientOptions chosen = options();
    chosen.http.exchange_limit = milliseconds{20};
    Rig rig{always(silent), chosen};
    const auto answer = rig.call();
    CHECK(answer.error().is(RpcErrc::deadline));
    CHECK(answer.error().text.find("20 ms") != std::string::npos);
    CHECK(rig.server.requests().size() == 3);
    while (rig.server.abandoned() < 3) {
        rig.io.restart();
        rig.io.run_one();
    }
    CHECK(rig.server.abandoned() == 3);
}

TEST_CASE("an answer that never finishes meets the deadline") {
    Script slow = status(200, std::string(100'000, ' '));
    slow.drip = 1;
    ClientOptions chosen = no_retries();
    chosen.http.exchange_limit = milliseconds{30};
    Rig rig{always(slow), chosen};
    CHECK(rig.call().error().is(RpcErrc::deadline));
}

TEST_CASE("statuses that pass are tried again, others are not") {
    for (const unsigned code : {408U, 429U, 500U, 502U, 503U}) {
        Rig rig{first(1, status(code, "busy"))};
        CHECK(rig.call().has_value());
        CHECK(rig.server.requests().size() == 2);
    }
    for (const unsigned code : {301U, 400U, 401U, 403U, 404U, 413U}) {
        Rig rig{always(status(code, "<html>no</html>"))};
        const auto answer = rig.call();
        CHECK(answer.error().is(RpcErrc::http_status));
        CHECK(answer.error().http_status == code);
        CHECK(rig.server.requests().size() == 1);
    }
}

TEST_CASE("the node's Retry-After reaches the caller") {
    Script limited = status(429, "slow down");
    limited.fields = {{"Retry-After", "7200"}};
    Rig rig{always(limited)};
    const auto answer = rig.call();
    CHECK(answer.error().is(RpcErrc::rate_limited));
    CHECK(answer.error().retry_after == milliseconds{7'200'000});
    CHECK(rig.server.requests().size() == 1);
}

TEST_CASE("a refusal reaches the caller whatever the HTTP status, and is not repeated") {
    for (const unsigned code : {200U, 400U, 413U, 500U}) {
        Rig rig{[code](const SeenRequest& request, std::size_t) {
            return status(code,
                          error_object(ids_of(request).front(),
                                       R"({"code":35,"message":"free plan","data":{"max":1}})"));
        }};
        const auto answer = rig.call();
        REQUIRE(answer.has_error());
        CHECK(answer.error().is(RpcErrc::refused));
        CHECK(answer.error().refusal == Refusal{35, "free plan", R"({"max":1})"});
        CHECK(answer.error().http_status == code);
        CHECK(rig.server.requests().size() == 1);
    }
}

TEST_CASE("a refusal for the moment is tried again and kept for the caller") {
    for (const unsigned code : {408U, 429U, 503U}) {
        Rig rig{always(status(code, R"({"error":"not now"})"))};
        const auto answer = rig.call();
        CHECK(answer.error().refusal == Refusal{0, "not now", ""});
        CHECK(rig.server.requests().size() == 3);
    }
}

TEST_CASE("answers that are not JSON or not to this call are tried again") {
    for (const char* body : {"", "<html>", R"({"jsonrpc":"2.0","id":)", "\xff", "[]", "{}"}) {
        Rig rig{first(1, status(200, body))};
        CHECK(rig.call().has_value());
        CHECK(rig.server.requests().size() == 2);
    }
    Rig garbage{always(status(200, "<html>"))};
    CHECK(garbage.call().error().is(RpcErrc::bad_json));
    Rig other{always(status(200, result_object(999, "1")))};
    CHECK(other.call().error().is(RpcErrc::bad_answer));
}

TEST_CASE("no key shows in an error, even if the node repeats it") {
    const char* target = "/v2/0123456789abcdef?apikey=ABCDEFGHIJ";
    for (const unsigned code : {200U, 404U}) {
        for (const char* body : {"cannot POST /v2/0123456789abcdef?apikey=ABCDEFGHIJ",
                                 R"({"error":{"code":1,"message":"bad key ABCDEFGHIJ",)"
                                 R"("data":"0123456789abcdef"}})"}) {
            Rig rig{always(status(code, body)), no_retries(), target};
            const auto answer = rig.call();
            REQUIRE(answer.has_error());
            CallError error = answer.error();
            if (error.refusal) {
                error.text += error.refusal->message + error.refusal->data;
            }
            CAPTURE(error.text);
            CHECK(error.text.find("ABCDEFGHIJ") == std::string::npos);
            CHECK(error.text.find("0123456789abcdef") == std::string::npos);
            CHECK(error.text.find("eth_blockNumber at " + rig.client.name()) == 0);
        }
    }
    CHECK(Rig{fine, options(), target}.client.name().find("v2") == std::string::npos);
}

TEST_CASE("the start of a refusal that is no JSON-RPC reaches the caller without keys") {
    const std::string text = "eth_getLogs at /v2/0123456789abcdef is limited to a 5 range ";
    Rig rig{
        always(status(413, text + std::string(9'000, 'x'))), no_retries(), "/v2/0123456789abcdef"};
    const CallError error = rig.call().error();
    CHECK(error.body.size() <= 4096);
    CHECK(error.body.find("limited to a 5 range") != std::string::npos);
    CHECK(error.body.find("0123456789abcdef") == std::string::npos);
    Rig fine_one{always(status(200, "<html>")), no_retries()};
    CHECK(fine_one.call().error().body.empty());
}

TEST_CASE("nobody listening is a failure to connect") {
    asio::io_context io;
    asio::ip::tcp::acceptor closed{io, {asio::ip::address_v4::loopback(), 0}};
    const std::string port = std::to_string(closed.local_endpoint().port());
    closed.close();
    Client client{io.get_executor(), Url::parse("http://127.0.0.1:" + port).value(), no_retries()};
    CHECK(run(io, client.call(kBlockNumber)).error().is(RpcErrc::connect));
}

TEST_CASE("batch answers are matched by id whatever their order") {
    Rig rig{[](const SeenRequest& request, std::size_t) {
        const auto ids = ids_of(request);
        Script script;
        for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
            script.body += (script.body.empty() ? "[" : ",") +
                           result_object(*id, "\"" + chain::to_quantity(*id - ids.front()) + "\"");
        }
        script.body += "]";
        return script;
    }};
    const auto answers = rig.batch(500).value();
    REQUIRE(answers.size() == 500);
    for (std::size_t i = 0; i < answers.size(); ++i) {
        CHECK(to_quantity(*answers[i]).value() == i);
    }
    CHECK(rig.server.requests().size() == 1);
}

TEST_CASE("a batch of nothing asks nothing") {
    Rig rig{fine};
    CHECK(rig.batch(0).value().empty());
    CHECK(rig.server.requests().empty());
}

TEST_CASE("a node that refuses batches is reported as such") {
    for (const unsigned code : {200U, 400U}) {
        Rig rig{always(status(
            code, R"({"id":null,"error":{"code":-32600,"message":"batches are not allowed"}})"))};
        const auto answers = rig.batch(2);
        CHECK(answers.error().is(RpcErrc::batch_refused));
        CHECK(answers.error().refusal->code == -32600);
        CHECK(rig.server.requests().size() == 1);
    }
}

TEST_CASE("an incomplete batch is tried again as a whole, and then reported") {
    Rig rig{[](const SeenRequest& request, std::size_t) {
        return status(200, "[" + result_object(ids_of(request).front(), "1") + "]");
    }};
    CHECK(rig.batch(2).error().is(RpcErrc::bad_answer));
    CHECK(rig.server.requests().size() == 3);
}

TEST_CASE("calls that a node limits within a batch are asked again without the others") {
    Rig rig{[](const SeenRequest& request, std::size_t number) {
        const auto ids = ids_of(request);
        Script script;
        for (const std::uint64_t id : ids) {
            const bool limited = number == 0 && id % 2 == 0;
            script.body += (script.body.empty() ? "[" : ",") +
                           (limited ? error_object(id, R"({"code":429,"message":"slow down"})")
                                    : result_object(id, "\"0x" + std::to_string(number) + "\""));
        }
        script.body += "]";
        return script;
    }};
    const auto answers = rig.batch(4).value();
    CHECK(ids_of(rig.server.requests().at(1)).size() == 2);
    for (const std::size_t i : {0U, 1U, 2U, 3U}) {
        CHECK(to_quantity(*answers[i]).value() == i % 2);
    }
}

TEST_CASE("calls that stay limited keep the answers of the others") {
    Rig rig{[](const SeenRequest& request, std::size_t number) {
        if (number > 0) {
            return status(503, "gone");
        }
        const auto ids = ids_of(request);
        return status(200,
                      "[" + result_object(ids[0], "1") + "," +
                          error_object(ids[1], R"({"code":429,"message":"slow down"})") + "," +
                          error_object(ids[2], R"({"code":3,"message":"reverted"})") + "]");
    }};
    const auto answers = rig.batch(3).value();
    CHECK(answers[0].has_value());
    CHECK(answers[1].error().is(RpcErrc::rate_limited));
    CHECK(answers[2].error().refusal == Refusal{3, "reverted", ""});
    CHECK(rig.server.requests().size() == 3);
}

}  // namespace redink::rpc
