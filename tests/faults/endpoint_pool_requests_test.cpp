#include <boost/asio/bind_cancellation_slot.hpp>
#include <doctest/doctest.h>

#include "indexer/rpc/methods.hpp"
#include "indexer/rpc/pool/endpoint_pool.hpp"
#include "tests/support/pool_rig.hpp"
#include "tests/support/rpc_replies.hpp"

namespace redink::rpc {
namespace {

using chain::BlockNumber;
using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::always;
using tests::AskedCall;
using tests::first_few;
using tests::http_answer;
using tests::plain_call;
using tests::PoolRig;
using tests::refusing;
using tests::Script;
using tests::SeenRequest;

Need logs_over(std::uint64_t blocks) {
    Need need;
    need.service = Service::logs;
    need.blocks = blocks;
    need.prefer = 0;
    return need;
}

/// Answers each eth_call with its own parameter, so that answers can be told apart.
std::string echo(const AskedCall& call) {
    return R"("result":)" + call.params.substr(1, call.params.size() - 2);
}

std::vector<Call> numbered(std::size_t count) {
    std::vector<Call> calls;
    for (std::size_t i = 0; i < count; ++i) {
        calls.push_back({"eth_call", "[\"" + chain::to_quantity(i) + "\"]"});
    }
    return calls;
}

void check_numbered(const Answers& answers, std::size_t count) {
    REQUIRE(answers.size() == count);
    for (std::size_t i = 0; i < count; ++i) {
        REQUIRE(answers[i].has_value());
        REQUIRE(to_quantity(*answers[i]).value() == i);
    }
}

std::size_t calls_in(const SeenRequest& request) {
    return tests::ids_of(request).size();
}

/// Requests that are under way together, on one pool.
struct Crowd {
    void ask(PoolRig& rig, std::vector<Call> calls, Need need = {}) {
        ++open;
        const auto finish = [this](const std::exception_ptr& thrown,
                                   std::optional<PoolResult<PoolAnswers>> result) {
            --open;
            good += result && result->has_value() ? 1 : 0;
            cancelled +=
                thrown || (result && result->has_error() && result->error().is(RpcErrc::cancelled))
                    ? 1
                    : 0;
        };
        Task<PoolResult<PoolAnswers>> work = rig.pool().ask(std::move(calls), std::move(need));
        signals.emplace_back();
        asio::co_spawn(rig.io,
                       detail::as_optional(std::move(work)),
                       asio::bind_cancellation_slot(signals.back().slot(), finish));
    }

    void join(PoolRig& rig) const {
        while (open > 0) {
            rig.io.restart();
            rig.io.run_one();
        }
    }

    int open = 0;
    int good = 0;
    int cancelled = 0;
    std::list<asio::cancellation_signal> signals;
};

}  // namespace

TEST_CASE("an endpoint that takes no batches is asked call by call, from then on") {
    PoolRig rig{1};
    rig.nodes[0]->outcome = echo;
    rig.nodes[0]->troubles_all = true;
    std::size_t batches = 0;
    rig.nodes[0]->trouble = [&batches](const SeenRequest& request,
                                       std::size_t) -> std::optional<Script> {
        if (calls_in(request) == 1) {
            return std::nullopt;
        }
        ++batches;
        return http_answer(400, R"({"id":null,"error":{"code":-32600,"message":"no arrays"}})");
    };
    check_numbered(rig.ask(numbered(5))->answers, 5);
    const std::size_t before = batches;
    check_numbered(rig.ask(numbered(7))->answers, 7);
    CHECK(batches == before);
    CHECK(rig.status(0).state == "well");
    CHECK(rig.status(0).errors == 0);
}

TEST_CASE("batches that are too large are halved until they are taken") {
    PoolRig rig{1};
    rig.nodes[0]->outcome = echo;
    rig.nodes[0]->reversed = true;
    std::vector<std::size_t> taken;
    rig.nodes[0]->trouble = [&taken](const SeenRequest& request,
                                     std::size_t) -> std::optional<Script> {
        if (calls_in(request) > 10) {
            return http_answer(
                200, R"({"id":null,"error":{"code":-32000,"message":"batch size too large"}})");
        }
        taken.push_back(calls_in(request));
        return std::nullopt;
    };
    check_numbered(rig.ask(numbered(100))->answers, 100);
    CHECK(taken.front() == 6);
    CHECK(*std::max_element(taken.begin(), taken.end()) == 6);
    const std::size_t before = rig.nodes[0]->data_requests();
    check_numbered(rig.ask(numbered(12))->answers, 12);
    CHECK(rig.nodes[0]->data_requests() == before + 2);
}

TEST_CASE("an HTTP 413 halves a batch, and a single call gives it back") {
    PoolRig rig{1};
    rig.nodes[0]->outcome = echo;
    rig.nodes[0]->trouble = [](const SeenRequest& request, std::size_t) -> std::optional<Script> {
        return calls_in(request) > 4 ? std::optional{http_answer(413)} : std::nullopt;
    };
    check_numbered(rig.ask(numbered(16))->answers, 16);
    rig.nodes[0]->trouble = always(http_answer(413));
    const auto answers = rig.ask(numbered(1));
    CHECK(answers.error().http_status == 413);
    CHECK(answers.error().refusal_reading.kind == RefusalClass::unknown);
}

TEST_CASE("a node that limits part of a batch gets smaller ones") {
    PoolRig rig{1};
    rig.nodes[0]->outcome = echo;
    rig.nodes[0]->trouble = [](const SeenRequest& request, std::size_t) -> std::optional<Script> {
        const auto ids = tests::ids_of(request);
        if (ids.size() <= 3) {
            return std::nullopt;
        }
        std::string body;
        for (std::size_t i = 0; i < ids.size(); ++i) {
            body += (i == 0 ? "[" : ",") +
                    (i < 3 ? tests::result_object(ids[i], "\"0x0\"")
                           : tests::error_object(ids[i], R"({"code":429,"message":"slow down"})"));
        }
        return http_answer(200, body + "]");
    };
    const auto answers = rig.ask(numbered(200));
    REQUIRE(answers.has_value());
    check_numbered(answers->answers, 200);
    CHECK(rig.status(0).rate_limits == 6);
}

TEST_CASE(
    "a rate limit in the middle of many single calls does not cost those that were answered") {
    PoolRig rig{1};
    rig.nodes[0]->outcome = echo;
    std::size_t single = 0;
    rig.nodes[0]->trouble = [&](const SeenRequest& request, std::size_t) -> std::optional<Script> {
        if (calls_in(request) > 1) {
            return http_answer(413);
        }
        return ++single % 4 == 0 ? std::optional{http_answer(429, "slow down")} : std::nullopt;
    };
    const auto answers = rig.ask(numbered(129));
    REQUIRE(answers.has_value());
    check_numbered(answers->answers, 129);
    CHECK(single == 129 + 129 / 3 - 1);
}

TEST_CASE("a rate limit of a whole batch does not make batches smaller") {
    PoolRig rig{1};
    rig.nodes[0]->outcome = echo;
    rig.nodes[0]->trouble = first_few(3, http_answer(429, "slow down"));
    check_numbered(rig.ask(numbered(50))->answers, 50);
    CHECK(rig.nodes[0]->data_requests() == 4);
}

TEST_CASE("a rate limit halves the rate, and its Retry-After is kept") {
    PoolRig rig{1, 100};
    std::vector<Clock::Time> seen;
    Script limited = http_answer(429, "slow down");
    limited.fields = {{"Retry-After", "20"}};
    rig.nodes[0]->trouble = [&](const SeenRequest&, std::size_t number) -> std::optional<Script> {
        seen.push_back(rig.clock.now());
        return number < 2 ? std::optional{limited} : std::nullopt;
    };
    REQUIRE(rig.ask_first().has_value());
    REQUIRE(seen.size() == 3);
    CHECK(seen[1] - seen[0] >= seconds{20});
    CHECK(seen[2] - seen[1] >= seconds{20});
    CHECK(rig.status(0).rate_limits == 2);
    CHECK(rig.status(0).requests_per_second <= 20.0 / 4 + 1);
    CHECK(rig.status(0).state == "well");
}

TEST_CASE("an endpoint that asks for a long silence is passed over") {
    PoolRig rig{2};
    rig.options.rounds = 2;
    Script limited = http_answer(429, "slow down");
    limited.fields = {{"Retry-After", "86400"}};
    rig.nodes[0]->trouble = always(limited);
    CHECK(rig.ask_first()->endpoint == 1);
    CHECK(rig.ask_first()->endpoint == 1);
    CHECK(rig.nodes[0]->data_requests() == 1);
    Need only;
    only.only = 0;
    const auto answers = rig.ask({plain_call()}, only);
    CHECK(answers.error().is(RpcErrc::rate_limited));
    CHECK(rig.nodes[0]->data_requests() == 1);
}

TEST_CASE("no more is sent than the rate allows, however many ask") {
    PoolRig rig{1, 20};
    rig.options.rate = {
        .start_per_second = 10, .least_per_second = 1, .most_per_second = 10, .burst = 4};
    std::vector<Clock::Time> seen;
    rig.nodes[0]->trouble = [&](const SeenRequest&, std::size_t) -> std::optional<Script> {
        seen.push_back(rig.clock.now());
        return std::nullopt;
    };
    Crowd crowd;
    const Clock::Time start = rig.clock.now();
    for (int i = 0; i < 40; ++i) {
        crowd.ask(rig, {plain_call()});
    }
    crowd.join(rig);
    CHECK(crowd.good == 40);
    for (std::size_t i = 0; i < seen.size(); ++i) {
        const double elapsed = std::chrono::duration<double>(seen[i] - start).count();
        CHECK(static_cast<double>(i) <= 4 + 10 * elapsed);
    }
}

TEST_CASE("many first requests ask an endpoint once who it is") {
    PoolRig rig{2};
    Crowd crowd;
    for (int i = 0; i < 20; ++i) {
        crowd.ask(rig, {plain_call()});
    }
    crowd.join(rig);
    CHECK(crowd.good == 20);
    CHECK(rig.nodes[0]->identifications() <= 1);
    CHECK(rig.nodes[1]->identifications() <= 1);
}

TEST_CASE("cancelling the request that asks who an endpoint is leaves that to the next one") {
    PoolRig rig{1};
    std::size_t asked = 0;
    rig.nodes[0]->troubles_all = true;
    rig.nodes[0]->trouble = [&asked](const SeenRequest&, std::size_t) -> std::optional<Script> {
        Script hang;
        hang.hang = true;
        return ++asked == 1 ? std::optional{hang} : std::nullopt;
    };
    Crowd crowd;
    for (int i = 0; i < 3; ++i) {
        crowd.ask(rig, {plain_call()});
    }
    while (asked == 0) {
        rig.io.restart();
        rig.io.run_one();
    }
    crowd.signals.front().emit(asio::cancellation_type::terminal);
    crowd.join(rig);
    CHECK(crowd.cancelled == 1);
    CHECK(crowd.good == 2);
    CHECK(rig.nodes[0]->identifications() == 2);
}

TEST_CASE("what is about the request comes back at once, with the endpoint") {
    const std::vector<std::pair<const char*, RefusalClass>> refusals{
        {"query returned more than 10 results", RefusalClass::too_many_results},
        {"exceed max topics", RefusalClass::too_many_filters},
        {"invalid block range params", RefusalClass::invalid_request},
        {"never heard of it", RefusalClass::unknown}};
    for (const auto& [message, kind] : refusals) {
        CAPTURE(message);
        PoolRig rig{2};
        rig.nodes[0]->outcome =
            refusing(R"("code":-32000,"message":")" + std::string{message} + "\"");
        const auto answers = rig.ask({plain_call()}, logs_over(100));
        REQUIRE(answers.has_error());
        CHECK(answers.error().is(RpcErrc::refused));
        CHECK(answers.error().endpoint == EndpointId{0});
        CHECK(answers.error().refusal_reading.kind == kind);
        CHECK(rig.nodes[1]->server().requests().empty());
        CHECK(rig.status(0).refusals == 1);
        CHECK(rig.status(0).state == "well");
    }
}

TEST_CASE("a cap in blocks is kept for its endpoint, and only falls") {
    PoolRig rig{2};
    std::string limit = "2000";
    rig.nodes[0]->outcome = [&limit](const AskedCall&) {
        return R"("error":{"code":-32000,"message":"exceed maximum block range: )" + limit + "\"}";
    };
    const auto refused = rig.ask({plain_call()}, logs_over(5'000));
    REQUIRE(refused.has_error());
    CHECK(refused.error().refusal_reading.limit == 2'000);
    CHECK(rig.status(0).log_range_blocks == 2'000);
    CHECK_FALSE(rig.pool().log_range_blocks().has_value());
    CHECK(rig.ask({plain_call()}, logs_over(5'000))->endpoint == 1);

    limit = "9000";
    CHECK(rig.ask({plain_call()}, logs_over(1'500)).error().refusal_reading.limit == 750);
    CHECK(rig.status(0).log_range_blocks == 750);

    rig.nodes[1]->outcome = refusing(R"("code":-32000,"message":"block range is too wide")");
    CHECK(rig.ask({plain_call()}, logs_over(5'000)).error().refusal_reading.limit == 2'500);
    CHECK(rig.pool().log_range_blocks() == 2'500);
    rig.pool().mark_unfit(1, Service::logs, "test");
    CHECK(rig.pool().log_range_blocks() == 750);
}

TEST_CASE("an endpoint that rests does not hide the caps of the others") {
    PoolRig rig{2, 1};
    rig.options.client.retry.first_delay = milliseconds{1};
    rig.nodes[0]->outcome =
        refusing(R"("code":-32000,"message":"exceed maximum block range: 2000")");
    rig.nodes[1]->trouble = always(http_answer(500));
    CHECK(rig.ask({plain_call()}, logs_over(5'000)).has_error());
    CHECK_FALSE(rig.pool().log_range_blocks().has_value());
    Need other = logs_over(5'000);
    other.only = 1;
    CHECK(rig.ask({plain_call()}, other).has_error());
    CHECK(rig.status(1).state == "resting");
    CHECK(rig.pool().log_range_blocks() == 2'000);
}

TEST_CASE("an endpoint that is unfit for a service is asked for others only") {
    PoolRig rig{2};
    rig.nodes[0]->outcome = [](const AskedCall& call) -> std::string {
        return call.method == "eth_getBlockReceipts"
                   ? R"("error":{"code":-32601,"message":"method not found"})"
                   : R"("result":[])";
    };
    Need receipts;
    receipts.service = Service::receipts;
    receipts.prefer = 0;
    for (int i = 0; i < 3; ++i) {
        CHECK(rig.ask({methods::block_receipts(BlockNumber{7})}, receipts)->endpoint == 1);
    }
    CHECK(rig.nodes[0]->data_requests() == 1);
    CHECK(rig.pool().usable(Service::receipts) == std::vector<EndpointId>{1});
    CHECK(rig.ask({plain_call()}, logs_over(1))->endpoint == 0);
}

TEST_CASE("the last endpoint that turns out unfit leaves its refusal to the caller") {
    PoolRig rig{1};
    rig.nodes[0]->outcome = refusing(R"("code":-32000,"message":"missing trie node ab")");
    const auto answers = rig.ask({plain_call()});
    CHECK(answers.error().refusal->message == "missing trie node ab");
    CHECK(answers.error().refusal_reading.kind == RefusalClass::unfit);
    CHECK(rig.nodes[0]->data_requests() == 1);
    const auto again = rig.ask({plain_call()});
    CHECK(again.error().is(RpcErrc::no_endpoint));
    CHECK(again.error().text.find("missing trie node ab") != std::string::npos);
    CHECK(rig.nodes[0]->data_requests() == 1);
}

TEST_CASE("a reverted call is an answer") {
    PoolRig rig{2};
    rig.nodes[0]->outcome = refusing(R"("code":3,"message":"execution reverted","data":"0x")");
    const auto answers = rig.ask({plain_call(), plain_call()}, logs_over(0));
    REQUIRE(answers.has_value());
    CHECK(answers->endpoint == 0);
    CHECK(answers->answers.at(1).error().refusal->code == 3);
}

TEST_CASE("no key shows in errors, reasons and names") {
    PoolRig rig{2};
    rig.options.rounds = 1;
    rig.targets = {"/v2/0123456789abcdef", "/?apikey=ABCDEFGHIJKLMNOP"};
    rig.nodes[0]->trouble = always(http_answer(500, "cannot POST /v2/0123456789abcdef"));
    rig.nodes[1]->trouble = always(http_answer(429, "key ABCDEFGHIJKLMNOP is too fast"));
    const auto answers = rig.ask_first();
    REQUIRE(answers.has_error());
    std::string shown = answers.error().text + answers.error().body;
    for (const EndpointStatus& status : rig.pool().status()) {
        shown += status.name + status.reason;
    }
    CHECK(shown.find("cannot POST") != std::string::npos);
    CHECK(shown.find("is too fast") != std::string::npos);
    CHECK(shown.find("0123456789abcdef") == std::string::npos);
    CHECK(shown.find("ABCDEFGHIJKLMNOP") == std::string::npos);
}

TEST_CASE("all endpoints are asked at once who they are") {
    PoolRig rig{3};
    rig.nodes[1]->chain_id = 7;
    rig.nodes[2]->troubles_all = true;
    rig.nodes[2]->trouble = always(http_answer(500));
    CHECK(tests::run(rig.io, rig.pool().identify()).has_value());
    CHECK(rig.status(0).state == "well");
    CHECK(rig.status(1).state == "wrong chain");
    CHECK(rig.status(2).state == "unknown");
    rig.nodes[0]->chain_id = 7;
    const auto wrong = tests::run(rig.io, rig.pool().identify());
    CHECK(wrong.error().is(RpcErrc::wrong_chain));
    PoolRig none{1};
    none.nodes[0]->troubles_all = true;
    none.nodes[0]->trouble = always(http_answer(500, "gone"));
    const auto failed = tests::run(none.io, none.pool().identify());
    CHECK(failed.error().is(RpcErrc::http_status));
    CHECK(failed.error().text.find("gone") != std::string::npos);
    PoolRig empty{0};
    CHECK(tests::run(empty.io, empty.pool().identify()).error().is(RpcErrc::no_endpoint));
    CHECK(empty.ask({plain_call()}).error().is(RpcErrc::no_endpoint));
}

TEST_CASE("no calls, no request") {
    PoolRig rig{1};
    CHECK(rig.ask({})->answers.empty());
    CHECK(rig.nodes[0]->server().requests().empty());
}

TEST_CASE("cancelling ends requests at once, wherever they are, and leaves nothing behind") {
    enum class Stage : std::uint8_t { identifying, sending, hedging, pausing, queueing };
    for (const Stage stage :
         {Stage::identifying, Stage::sending, Stage::hedging, Stage::pausing, Stage::queueing}) {
        CAPTURE(static_cast<int>(stage));
        PoolRig rig{2, 1};
        Script hang;
        hang.hang = true;
        Crowd crowd;
        if (stage == Stage::queueing) {
            rig.options.rate = {.start_per_second = 0.01,
                                .least_per_second = 0.01,
                                .most_per_second = 0.01,
                                .burst = 2};
        }
        for (const auto& node : rig.nodes) {
            node->troubles_all = stage == Stage::identifying;
            node->trouble = stage == Stage::pausing ? always(http_answer(503)) : always(hang);
        }
        const auto reached = [&] {
            const std::size_t first = rig.nodes[0]->server().requests().size();
            const std::size_t second = rig.nodes[1]->server().requests().size();
            switch (stage) {
                case Stage::identifying:
                    return first + second >= 1;
                case Stage::sending:
                    return rig.nodes[0]->data_requests() + rig.nodes[1]->data_requests() >= 1;
                case Stage::hedging:
                    return rig.status(0).hedges + rig.status(1).hedges >= 1 &&
                           rig.nodes[0]->data_requests() + rig.nodes[1]->data_requests() >= 2;
                case Stage::pausing:
                    return rig.status(0).errors >= 1 && rig.status(1).errors >= 1;
                case Stage::queueing:
                    return first + second >= 2;
            }
            return true;
        };
        const int requests = stage == Stage::queueing ? 5 : 1;
        for (int i = 0; i < requests; ++i) {
            crowd.ask(rig, {plain_call()});
        }
        while (!reached()) {
            rig.io.restart();
            rig.io.run_one();
        }
        for (auto& signal : crowd.signals) {
            signal.emit(asio::cancellation_type::terminal);
        }
        const auto before = std::chrono::steady_clock::now();
        crowd.join(rig);
        CHECK(std::chrono::steady_clock::now() - before < seconds{20});
        CHECK(crowd.cancelled == requests);
    }
}

}  // namespace redink::rpc
