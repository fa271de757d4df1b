#include "indexer/rpc/pool/endpoint_pool.hpp"

#include <doctest/doctest.h>

#include "indexer/rpc/methods.hpp"
#include "tests/support/pool_rig.hpp"
#include "tests/support/rpc_replies.hpp"

namespace redink::rpc {
namespace {

using chain::BlockNumber;
using std::chrono::milliseconds;
using tests::always;
using tests::answer_with;
using tests::AskedCall;
using tests::first_few;
using tests::http_answer;
using tests::plain_call;
using tests::PoolRig;
using tests::refusing;
using tests::Script;
using tests::SeenRequest;

Script hangs() {
    Script script;
    script.hang = true;
    return script;
}

Script cut(std::size_t after) {
    Script script = http_answer(200, std::string(1'000, ' '));
    script.cut_after = after;
    return script;
}

/// With the answer to who it is, so many answers tell how long an endpoint takes.
constexpr std::size_t kWarm = 7;

Need newest(std::uint64_t block) {
    Need need;
    need.newest = BlockNumber{block};
    need.prefer = 0;
    return need;
}

/// A node that has blocks up to its head.
std::function<std::string(const AskedCall&)> headers_up_to(std::uint64_t last) {
    return [last](const AskedCall& call) -> std::string {
        const std::string asked = call.params.substr(2, call.params.find('"', 2) - 2);
        const std::uint64_t number = chain::parse_quantity(asked).value();
        return number > last ? R"("result":null)" : R"("result":{"number":")" + asked + "\"}";
    };
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a pool answers, and says who did") {
    PoolRig rig{1};
    const auto answers = rig.ask({plain_call()});
    REQUIRE(answers.has_value());
    CHECK(answers->endpoint == 0);
    CHECK(to_quantity(*answers->answers.at(0)).value() == 16);
    CHECK(rig.status(0).state == "well");
    CHECK(rig.status(0).head == BlockNumber{100});
    CHECK(rig.pool().head() == BlockNumber{100});
    CHECK(rig.pool().size() == 1);
    CHECK(rig.nodes[0]->identifications() == 1);
}

TEST_CASE("a request that one endpoint fails goes to the next") {
    struct Trouble {
        const char* name;
        Script script;
    };

    const std::vector<Trouble> troubles{
        {"rate limit", http_answer(429, "slow down")},
        {"server error", http_answer(500, "oops")},
        {"not found", http_answer(404)},
        {"moved", http_answer(301)},
        {"forbidden", http_answer(403)},
        {"reset", cut(0)},
        {"cut header", cut(10)},
        {"cut body", cut(60)},
        {"no JSON", http_answer(200, "<html>")},
        {"wrong id", http_answer(200, R"({"jsonrpc":"2.0","id":99999,"result":"0x1"})")},
        {"overloaded",
         http_answer(200, R"({"id":null,"error":{"message":"no backend is currently healthy"}})")},
        {"hang", hangs()}};
    for (const Trouble& trouble : troubles) {
        CAPTURE(trouble.name);
        PoolRig rig{2};
        if (trouble.script.hang) {
            rig.options.client.http.exchange_limit = milliseconds{100};
        }
        rig.nodes[0]->trouble = always(trouble.script);
        REQUIRE(rig.pool().size() == 2);
        const auto answers = rig.ask_first();
        REQUIRE(answers.has_value());
        CHECK(answers->endpoint == 1);
        const EndpointStatus status = rig.status(0);
        CHECK(rig.nodes[0]->data_requests() >= 1);
        CHECK(status.errors + status.rate_limits + status.refusals == 1);
    }
}

TEST_CASE("an endpoint that fails again and again rests, and is told of") {
    PoolRig rig{2};
    std::vector<std::string> changes;
    rig.options.on_change = [&changes](const EndpointStatus& status) {
        changes.push_back(status.state);
    };
    rig.nodes[0]->trouble = always(http_answer(500));
    for (int i = 0; i < 30; ++i) {
        REQUIRE(rig.ask_first().has_value());
    }
    CHECK(rig.nodes[0]->data_requests() < 15);
    CHECK(rig.status(0).errors >= 4);
    CHECK(std::count(changes.begin(), changes.end(), "resting") >= 1);
}

TEST_CASE("all endpoints fail, then one recovers") {
    PoolRig rig{2};
    rig.nodes[0]->trouble = always(cut(0));
    rig.nodes[1]->trouble = first_few(3, http_answer(503));
    const auto answers = rig.ask_first();
    REQUIRE(answers.has_value());
    CHECK(answers->endpoint == 1);
    CHECK(rig.nodes[1]->data_requests() == 4);
}

TEST_CASE("when the rounds are used up the error names every endpoint") {
    PoolRig rig{2};
    rig.options.rounds = 3;
    rig.nodes[0]->trouble = always(http_answer(500, "first oops"));
    rig.nodes[1]->trouble = always(http_answer(500, "second oops"));
    const auto answers = rig.ask_first();
    REQUIRE(answers.has_error());
    CHECK(answers.error().is(RpcErrc::http_status));
    CHECK(answers.error().endpoint.has_value());
    for (const char* part : {"first oops", "second oops", "eth_getLogs"}) {
        CHECK(holds(answers.error().text, part));
    }
    CHECK(holds(answers.error().text, rig.pool().name(0)));
    CHECK(holds(answers.error().text, rig.pool().name(1)));
    CHECK(rig.nodes[0]->data_requests() == 3);
    CHECK(rig.nodes[1]->data_requests() == 3);
}

TEST_CASE("a request for one endpoint stays there") {
    PoolRig rig{2};
    rig.options.rounds = 2;
    rig.nodes[1]->trouble = always(http_answer(500));
    Need need;
    need.only = 1;
    const auto answers = rig.ask({plain_call()}, need);
    CHECK(answers.error().endpoint == EndpointId{1});
    CHECK(rig.nodes[0]->server().requests().empty());
    need.only = 5;
    CHECK(rig.ask({plain_call()}, need).error().is(RpcErrc::no_endpoint));
    need.only = 0;
    need.avoid = {0};
    CHECK(rig.ask({plain_call()}, need).error().is(RpcErrc::no_endpoint));
    CHECK(rig.nodes[0]->server().requests().empty());
}

TEST_CASE("a slow answer is asked of a second endpoint, and the first one is let go") {
    PoolRig rig{2, 1};
    std::size_t quick = 0;
    rig.nodes[0]->trouble = [&quick](const SeenRequest&, std::size_t) -> std::optional<Script> {
        return ++quick <= kWarm ? std::nullopt : std::optional{hangs()};
    };
    for (std::size_t i = 0; i < kWarm; ++i) {
        CHECK(rig.ask_first()->endpoint == 0);
    }
    const auto answers = rig.ask_first();
    REQUIRE(answers.has_value());
    CHECK(answers->endpoint == 1);
    CHECK(rig.status(0).hedges >= 1);
    CHECK(rig.status(0).errors == 0);
    while (rig.nodes[0]->server().abandoned() == 0) {
        rig.io.restart();
        rig.io.run_one();
    }
}

TEST_CASE("a hedged request survives the failure of either endpoint") {
    for (const std::size_t broken : {0U, 1U}) {
        CAPTURE(broken);
        PoolRig rig{2, 1};
        Script late = http_answer(500);
        late.drip = 10;
        late.pause = milliseconds{20};
        rig.nodes[0]->trouble = [&](const SeenRequest& request,
                                    std::size_t number) -> std::optional<Script> {
            if (number < kWarm) {
                return std::nullopt;
            }
            Script slow = late;
            if (broken == 1) {
                slow.status = 200;
                slow.body = answer_with(request, "\"0x1\"").body;
            }
            return slow;
        };
        for (std::size_t i = 0; i < kWarm; ++i) {
            REQUIRE(rig.ask_first()->endpoint == 0);
        }
        if (broken == 1) {
            rig.nodes[1]->trouble = always(http_answer(500));
        }
        const auto answers = rig.ask_first();
        REQUIRE(answers.has_value());
        CHECK(answers->endpoint == 1 - broken);
        CHECK(rig.status(0).hedges >= 1);
    }
}

TEST_CASE("an endpoint of another chain never sees a request for data") {
    PoolRig rig{2};
    rig.nodes[0]->chain_id = 5;
    for (int i = 0; i < 3; ++i) {
        const auto answers = rig.ask_first();
        REQUIRE(answers.has_value());
        CHECK(answers->endpoint == 1);
    }
    CHECK(rig.nodes[0]->data_requests() == 0);
    CHECK(rig.nodes[0]->identifications() == 1);
    CHECK(rig.status(0).state == "wrong chain");
    CHECK(rig.status(0).reason == "serves chain 5, not 1");
    CHECK(rig.pool().usable(Service::logs) == std::vector<EndpointId>{1});
}

TEST_CASE("an endpoint that comes back to the right chain is found again") {
    PoolRig rig{2, 60'000};
    rig.nodes[0]->chain_id = 5;
    REQUIRE(rig.ask_first().has_value());
    rig.nodes[0]->chain_id = 1;
    EndpointId last = 1;
    while (last != 0) {
        last = rig.ask_first()->endpoint;
    }
    CHECK(rig.status(0).state == "well");
}

TEST_CASE("when every endpoint serves another chain the error says so") {
    PoolRig rig{2};
    rig.nodes[0]->chain_id = 5;
    rig.nodes[1]->chain_id = 10;
    for (int i = 0; i < 2; ++i) {
        const auto answers = rig.ask_first();
        REQUIRE(answers.has_error());
        CHECK(answers.error().is(RpcErrc::wrong_chain));
        CHECK(holds(answers.error().text, "serves chain 5, not 1"));
        CHECK(holds(answers.error().text, "serves chain 10, not 1"));
    }
    CHECK(rig.nodes[0]->data_requests() + rig.nodes[1]->data_requests() == 0);
    CHECK_FALSE(rig.pool().head().has_value());
}

TEST_CASE("a liar is not asked again") {
    PoolRig rig{2};
    CHECK(rig.ask_first()->endpoint == 0);
    rig.pool().mark_lied(0, "header of block 7 does not hash");
    CHECK(rig.ask_first()->endpoint == 1);
    CHECK(rig.status(0).state == "lied");
    rig.pool().mark_lied(1, "so does this one");
    const auto answers = rig.ask_first();
    CHECK(answers.error().is(RpcErrc::no_endpoint));
    CHECK(holds(answers.error().text, "header of block 7 does not hash"));
    CHECK(holds(answers.error().text, "so does this one"));
    CHECK(rig.nodes[0]->data_requests() == 1);
    CHECK(rig.pool().usable(Service::state).empty());
}

TEST_CASE("an endpoint whose head is behind is left alone") {
    PoolRig rig{2};
    rig.nodes[0]->head = 50;
    REQUIRE(tests::run(rig.io, rig.pool().identify()).has_value());
    CHECK(rig.ask({plain_call()}, newest(100))->endpoint == 1);
    CHECK(rig.nodes[0]->data_requests() == 0);
    CHECK(rig.pool().head() == BlockNumber{100});
}

TEST_CASE("a block that no endpoint has reached is told from a pool that is out of order") {
    PoolRig rig{2, 1};
    rig.options.rounds = 1;
    REQUIRE(tests::run(rig.io, rig.pool().identify()).has_value());
    const auto answers = rig.ask({plain_call()}, newest(101));
    CHECK(answers.error().is(RpcErrc::no_endpoint));
    CHECK(answers.error().refusal_reading.kind == RefusalClass::head_not_reached);
    CHECK(holds(answers.error().text, "has not reached block 101"));
}

TEST_CASE("a null for a block that must be there sends the request to another endpoint") {
    PoolRig rig{2};
    rig.nodes[0]->outcome = headers_up_to(99);
    rig.nodes[1]->outcome = headers_up_to(100);
    const std::vector<Call> calls{methods::block_header(BlockNumber{98}),
                                  methods::block_header(BlockNumber{100})};
    const auto answers = rig.ask(calls, newest(100));
    REQUIRE(answers.has_value());
    CHECK(answers->endpoint == 1);
    CHECK(rig.nodes[0]->data_requests() == 1);
    for (const auto& answer : answers->answers) {
        CHECK_FALSE(answer->result().is_null());
    }
}

TEST_CASE("when every endpoint says null the nulls are the answer") {
    PoolRig rig{3};
    for (const auto& node : rig.nodes) {
        node->outcome = headers_up_to(99);
    }
    const auto answers = rig.ask({methods::block_header(BlockNumber{100})}, newest(100));
    REQUIRE(answers.has_value());
    CHECK(answers->answers.at(0)->result().is_null());
    for (const auto& node : rig.nodes) {
        CHECK(node->data_requests() == 1);
    }
    Need only = newest(100);
    only.only = 2;
    CHECK(rig.ask({methods::block_header(BlockNumber{100})}, only)->endpoint == 2);
}

TEST_CASE("a refusal because of the head is retried until an endpoint has got there") {
    PoolRig rig{2};
    rig.nodes[0]->outcome = refusing(R"("code":-32000,"message":"header not found")");
    std::size_t asked = 0;
    rig.nodes[1]->outcome = [&asked](const AskedCall&) -> std::string {
        return ++asked < 3 ? R"("error":{"code":-32000,"message":"unknown block"})"
                           : R"("result":[])";
    };
    const auto answers = rig.ask({plain_call()}, newest(100));
    REQUIRE(answers.has_value());
    CHECK(answers->endpoint == 1);
}

}  // namespace redink::rpc
