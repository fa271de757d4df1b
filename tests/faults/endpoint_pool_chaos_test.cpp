#include <doctest/doctest.h>

#include "indexer/rpc/methods.hpp"
#include "tests/property/random_source.hpp"
#include "tests/support/pool_rig.hpp"
#include "tests/support/rpc_replies.hpp"

namespace redink::rpc {
namespace {

using test::RandomSource;
using tests::AskedCall;
using tests::http_answer;
using tests::PoolRig;
using tests::Script;
using tests::SeenRequest;

/// One of the ways in which public endpoints fail, or none.
std::optional<Script> random_trouble(const SeenRequest& request, RandomSource& random) {
    Script script;
    switch (random.below(14)) {
        case 0:
            return http_answer(429, "slow down");
        case 1:
            return http_answer(500);
        case 2:
            script = tests::answer_with(request, "1");
            script.cut_after = random.below(60);
            return script;
        case 3:
            return http_answer(200, "<html>");
        case 4:
            return http_answer(200, tests::result_object(999'999, "1"));
        case 5:
            return http_answer(
                400, R"({"id":null,"error":{"code":-32000,"message":"header not found"}})");
        case 6:
            return http_answer(200, R"({"id":null,"error":"no backend is currently healthy"})");
        default:
            return std::nullopt;
    }
}

}  // namespace

TEST_CASE("whatever endpoints do, every request gets its own answers in their order") {
    INFO("seed ", test::kSeed);
    RandomSource random{test::kSeed};
    PoolRig rig{4};
    rig.options.rounds = 60;
    rig.nodes[3]->chain_id = 5;
    for (const auto& node : rig.nodes) {
        node->outcome = [](const AskedCall& call) {
            return R"("result":)" + call.params.substr(1, call.params.size() - 2);
        };
        node->trouble = [&random](const SeenRequest& request, std::size_t) {
            return random_trouble(request, random);
        };
    }
    for (std::uint64_t i = 0; i < 150; ++i) {
        std::vector<Call> calls;
        const std::size_t count = 1 + random.below(5);
        for (std::size_t k = 0; k < count; ++k) {
            calls.push_back({"eth_call", "[\"" + chain::to_quantity(100 * i + k) + "\"]"});
        }
        const auto answers = rig.ask(std::move(calls));
        REQUIRE(answers.has_value());
        REQUIRE(answers->answers.size() == count);
        for (std::size_t k = 0; k < count; ++k) {
            REQUIRE(to_quantity(*answers->answers[k]).value() == 100 * i + k);
        }
    }
    CHECK(rig.nodes[3]->data_requests() == 0);
    for (EndpointId id = 0; id < 3; ++id) {
        CHECK(rig.nodes[id]->data_requests() > 5);
    }
}

}  // namespace redink::rpc
