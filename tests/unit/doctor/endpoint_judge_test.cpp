#include "app/doctor/endpoint_judge.hpp"

#include <functional>

#include <doctest/doctest.h>

namespace redink::app {
namespace {

using chain::BlockNumber;
using rpc::CallResult;
using rpc::RpcErrc;
using std::chrono::milliseconds;

constexpr std::uint64_t kNow_s = 1'700'000'000;

EndpointReport sound() {
    EndpointReport report;
    report.name = "https://node.example:443";
    report.chain = "ethereum";
    report.latencies = {milliseconds{900}, milliseconds{20}, milliseconds{30}};
    report.chain_id = CallResult<std::uint64_t>{1U};
    report.client_version = CallResult<std::string>{"Geth/v1.15"};
    report.head = CallResult<SeenBlock>{SeenBlock{BlockNumber{1000}, kNow_s - 7}};
    report.finalized = CallResult<SeenBlock>{SeenBlock{BlockNumber{930}, kNow_s - 900}};
    report.has_first_header = CallResult<bool>{true};
    report.has_first_receipts = CallResult<bool>{true};
    report.state = CallResult<StateReach>{StateReach{true, std::nullopt, true, ""}};
    report.log_range = CallResult<LogRange>{LogRange{931, false, ""}};
    report.takes_batches = CallResult<bool>{true};
    report.proved = CallResult<std::vector<ProvedBlock>>{
        std::vector<ProvedBlock>{{BlockNumber{930}, ""}, {BlockNumber{929}, ""}}};
    report.subscription = CallResult<void>{};
    return report;
}

ChainNeeds usual_needs() {
    ChainNeeds needs;
    needs.chain_id = 1;
    needs.first = BlockNumber{100};
    return needs;
}

rpc::CallError failure(RpcErrc code, const std::string& text) {
    return rpc::fail(code, "eth_foo at https://node.example:443: " + text);
}

rpc::CallError refusal(const std::string& text) {
    rpc::CallError error = failure(RpcErrc::refused, text);
    error.refusal = rpc::Refusal{-32601, text, ""};
    return error;
}

/// The findings that are not ok, as "check: verdict: measured", one a line.
std::string trouble(const EndpointReport& report,
                    const ChainNeeds& needs = usual_needs(),
                    const Surroundings& around = {SeenBlock{BlockNumber{1000}, kNow_s - 7},
                                                  kNow_s}) {
    std::string text;
    for (const Finding& finding : judge_endpoint(report, needs, around)) {
        if (finding.verdict != Verdict::ok) {
            text += finding.check + ": " + std::string{to_text(finding.verdict)} + ": " +
                    finding.measured + "\n";
        }
    }
    return text;
}

std::string trouble(const std::function<void(EndpointReport&)>& change) {
    EndpointReport report = sound();
    change(report);
    return trouble(report);
}

}  // namespace

TEST_CASE("a sound endpoint is told check by check") {
    std::string text;
    for (const Finding& finding :
         judge_endpoint(sound(), usual_needs(), {SeenBlock{BlockNumber{1000}, kNow_s}, kNow_s})) {
        CHECK(finding.verdict == Verdict::ok);
        CHECK(finding.advice.empty());
        CHECK(finding.about == "https://node.example:443 (ethereum)");
        text += finding.check + ": " + finding.measured + "\n";
    }
    CHECK(text ==
          "chain id: 1\n"
          "latency: 30 ms, median of 3\n"
          "client: Geth/v1.15\n"
          "head: block 1000, 7 s old\n"
          "finalized: block 930, 70 behind the head\n"
          "history: has block 100\n"
          "receipts: has those of block 100\n"
          "state: eth_call works at block 100\n"
          "eth_getLogs: takes 931 blocks at once, more was not tried\n"
          "batches: answered\n"
          "proofs: bloom and receipts root agree in 2 blocks\n"
          "newHeads: subscription accepted\n");
}

TEST_CASE("what cannot be reached is one line, without more") {
    EndpointReport report;
    report.name = "https://node.example:443";
    CHECK(trouble(report) == "reachable: FAIL: was not asked\n");
    report.chain_id = CallResult<std::uint64_t>{failure(RpcErrc::connect, "Connection refused")};
    CHECK(trouble(report) == "reachable: FAIL: Connection refused\n");
    CHECK_FALSE(report.is_reachable());
}

TEST_CASE("an endpoint that refuses us is reachable, and says why") {
    EndpointReport report;
    report.name = "https://node.example:443";
    rpc::CallError unauthorised = failure(RpcErrc::http_status, "HTTP 401: who are you");
    unauthorised.http_status = 401;
    report.chain_id = CallResult<std::uint64_t>{unauthorised};
    CHECK(report.is_reachable());
    CHECK(trouble(report) == "chain id: FAIL: HTTP 401: who are you\n");
}

TEST_CASE("another chain ends the examination") {
    EndpointReport report = sound();
    report.chain_id = CallResult<std::uint64_t>{10U};
    const Findings findings = judge_endpoint(report, usual_needs(), {std::nullopt, kNow_s});
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].verdict == Verdict::fail);
    CHECK(findings[0].measured == "10");
    CHECK(findings[0].advice.find("says 1") != std::string::npos);
}

TEST_CASE("a slow endpoint and an old head are warnings") {
    CHECK(trouble([](EndpointReport& r) { r.latencies = {milliseconds{1001}}; }) ==
          "latency: warn: 1001 ms, median of 1\n");
    const auto with_age = [](std::uint64_t age_s) {
        EndpointReport report = sound();
        (*report.head)->time_s = kNow_s - age_s;
        return trouble(report, usual_needs(), {**report.head, kNow_s});
    };
    CHECK(with_age(300).empty());
    CHECK(with_age(301) == "head: warn: block 1000, 5 min old\n");
    CHECK(with_age(7200 + 60) == "head: warn: block 1000, 2 h 1 min old\n");
    CHECK(with_age(3 * 86'400) == "head: warn: block 1000, 3 d 0 h old\n");
    EndpointReport future = sound();
    (*future.head)->time_s = kNow_s + 100;
    CHECK(trouble(future, usual_needs(), {**future.head, kNow_s}).empty());
}

TEST_CASE("an endpoint is behind only by blocks and by time") {
    const auto against = [](std::uint64_t blocks, std::uint64_t seconds) {
        EndpointReport report = sound();
        const SeenBlock best{BlockNumber{1000 + blocks}, kNow_s - 7 + seconds};
        return trouble(report, usual_needs(), {best, kNow_s});
    };
    CHECK(against(3, 36).empty());
    CHECK(against(100, 25).empty());
    CHECK(against(4, 48) == "behind: warn: 4 blocks (48 s) behind the chain's best endpoint\n");
}

TEST_CASE("a missing finalized tag matters unless a depth is configured") {
    EndpointReport report = sound();
    report.finalized = CallResult<SeenBlock>{refusal("invalid tag")};
    CHECK(trouble(report) == "finalized: FAIL: no finalized block: invalid tag\n");
    ChainNeeds needs = usual_needs();
    needs.finality_depth = 64;
    CHECK(trouble(report, needs).empty());
}

TEST_CASE("missing history, receipts and state are told with what is there") {
    CHECK(trouble([](EndpointReport& r) { r.has_first_header = CallResult<bool>{false}; }) ==
          "history: FAIL: block 100 is missing\n");
    CHECK(trouble([](EndpointReport& r) {
              r.has_first_header = CallResult<bool>{refusal("pruned")};
          }) == "history: FAIL: block 100 is missing: pruned\n");
    CHECK(trouble([](EndpointReport& r) { r.has_first_receipts = CallResult<bool>{false}; }) ==
          "receipts: FAIL: those of block 100 are gone\n");
    CHECK(trouble([](EndpointReport& r) {
              r.has_first_receipts = CallResult<bool>{refusal("no such method")};
          }) == "receipts: FAIL: eth_getBlockReceipts: no such method\n");
    CHECK(trouble([](EndpointReport& r) {
              r.state = CallResult<StateReach>{StateReach{false, BlockNumber{870}, true, "gone"}};
          }) == "state: FAIL: state from block 870 on, not at block 100\n");
    CHECK(trouble([](EndpointReport& r) {
              r.state = CallResult<StateReach>{StateReach{false, BlockNumber{870}, false, "gone"}};
          }) == "state: FAIL: state from about block 870 on, not at block 100\n");
    CHECK(trouble([](EndpointReport& r) {
              r.state = CallResult<StateReach>{StateReach{false, std::nullopt, true, "not here"}};
          }) == "state: FAIL: eth_call is refused: not here\n");
}

TEST_CASE("what the configuration does without is a warning") {
    ChainNeeds needs = usual_needs();
    needs.needs_receipts = false;
    needs.needs_state = false;
    EndpointReport report = sound();
    report.has_first_receipts = CallResult<bool>{false};
    report.state = CallResult<StateReach>{StateReach{false, std::nullopt, true, "not here"}};
    report.proved = CallResult<std::vector<ProvedBlock>>{refusal("no such method")};
    CHECK(trouble(report, needs) ==
          "receipts: warn: those of block 100 are gone\n"
          "state: warn: eth_call is refused: not here\n"
          "proofs: warn: no such method\n");
}

TEST_CASE("a narrow range warns, no range fails") {
    const auto with_range = [](const LogRange& range) {
        return trouble([&](EndpointReport& r) { r.log_range = CallResult<LogRange>{range}; });
    };
    CHECK(with_range({64, true, "too wide"}) == "eth_getLogs: warn: at most 64 blocks at once\n");
    CHECK(with_range({1, true, "too wide"}) == "eth_getLogs: warn: at most 1 block at once\n");
    CHECK(with_range({1000, true, "too wide"}).empty());
    CHECK(with_range({100'000, false, ""}).empty());
    CHECK(with_range({0, true, "not on this plan"}) == "eth_getLogs: FAIL: not on this plan\n");
    CHECK(with_range({0, false, ""}) == "eth_getLogs: FAIL: not even one block worked\n");
}

TEST_CASE("batches and subscriptions that are refused are warnings") {
    CHECK(trouble([](EndpointReport& r) { r.takes_batches = CallResult<bool>{false}; }) ==
          "batches: warn: refused\n");
    CHECK(trouble([](EndpointReport& r) {
              r.takes_batches = CallResult<bool>{failure(RpcErrc::deadline, "no answer")};
          }) == "batches: warn: no answer\n");
    CHECK(trouble([](EndpointReport& r) {
              r.subscription = CallResult<void>{refusal("not supported")};
          }) == "newHeads: warn: not supported\n");
}

TEST_CASE("a block that contradicts its receipts is named") {
    CHECK(trouble([](EndpointReport& r) { (**r.proved)[1].problem = "the bloom is wrong"; }) ==
          "proofs: FAIL: block 929: the bloom is wrong\n");
}

TEST_CASE("the best head is the highest of the right chain") {
    EndpointReport low = sound();
    EndpointReport high = sound();
    (*high.head)->number = BlockNumber{2000};
    EndpointReport other = sound();
    other.chain_id = CallResult<std::uint64_t>{10U};
    (*other.head)->number = BlockNumber{9000};
    EndpointReport dead;
    CHECK(best_head({low, dead, high, other}, usual_needs())->number == BlockNumber{2000});
    CHECK_FALSE(best_head({dead, other}, usual_needs()));
}

}  // namespace redink::app
