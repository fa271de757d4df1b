#include "app/api/health.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "app/api/metrics.hpp"

namespace redink::app {
namespace {

ChainHealth well() {
    ChainHealth chain;
    chain.name = "ethereum";
    chain.id = 1;
    chain.head = chain::BlockNumber{1'000};
    chain.heads = "websocket";
    MarketHealth market;
    market.name = "m";
    market.stage = "idle";
    market.indexed = chain::BlockRef{chain::BlockNumber{1'000}, {}};
    chain.markets.push_back(market);
    return chain;
}

nlohmann::json told(const ChainHealth& chain) {
    return nlohmann::json::parse(judge_readiness({chain}).json);
}

}  // namespace

TEST_CASE("a chain at its head is ready") {
    const Readiness readiness = judge_readiness({well()});
    CHECK(readiness.is_ready);
    CHECK(told(well())["chains"][0]["markets"][0]["problem"].is_null());
}

TEST_CASE("whatever keeps a market from its head makes the process not ready, and is told") {
    std::vector<std::pair<std::string, ChainHealth>> cases;
    ChainHealth chain = well();
    chain.markets[0].indexed->number = chain::BlockNumber{900};
    cases.emplace_back("100 blocks behind the head", chain);
    chain = well();
    chain.markets[0].indexed.reset();
    cases.emplace_back("nothing is indexed yet", chain);
    chain = well();
    chain.markets[0].is_stalled = true;
    chain.markets[0].stage = "stalled on write";
    cases.emplace_back("stalled on write", chain);
    chain = well();
    chain.markets[0].has_stopped = true;
    chain.markets[0].trouble = "version unknown";
    cases.emplace_back("stopped: version unknown", chain);
    for (const auto& [problem, health] : cases) {
        CAPTURE(problem);
        CHECK_FALSE(judge_readiness({health}).is_ready);
        CHECK(told(health)["chains"][0]["markets"][0]["problem"] == problem);
    }
}

TEST_CASE("a chain's own trouble makes the process not ready, beside chains that are well") {
    ChainHealth stopped = well();
    stopped.has_stopped = true;
    stopped.trouble = "reorganised below its finalized block";
    ChainHealth headless = well();
    headless.head.reset();
    ChainHealth waiting = well();
    waiting.trouble = "no server answers";
    for (const ChainHealth& bad : {stopped, headless, waiting}) {
        CHECK_FALSE(judge_readiness({well(), bad}).is_ready);
        CHECK_FALSE(told(bad)["chains"][0]["problem"].is_null());
    }
}

TEST_CASE("books that stopped are told with the reason") {
    ChainHealth chain = well();
    chain.markets[0].booked = chain::BlockRef{chain::BlockNumber{936}, {}};
    CHECK(told(chain)["chains"][0]["markets"][0]["booked_block"] == 936);
    CHECK_FALSE(told(chain)["chains"][0]["markets"][0].contains("books_halt"));
    Metrics metrics;
    const auto has = [&](const std::string& line) {
        const std::string text = metrics.to_text({chain});
        CHECK_MESSAGE(text.find(line) != std::string::npos, line << "\n" << text);
    };
    has("redink_booked_block{chain=\"ethereum\",market=\"m\"} 936");
    has("redink_books_halted{chain=\"ethereum\",market=\"m\"} 0");
    chain.markets[0].books_halt = "block 937: deficit is 1 in the books and 2 on the chain";
    CHECK(told(chain)["chains"][0]["markets"][0]["books_halt"] == chain.markets[0].books_halt);
    has("redink_books_halted{chain=\"ethereum\",market=\"m\"} 1");
}

TEST_CASE("text that is not UTF-8 does not break the answer") {
    ChainHealth chain = well();
    chain.trouble = "a node said \xff\xfe";
    CHECK_FALSE(told(chain)["ready"].get<bool>());
}

TEST_CASE("metrics show blocks, stalls, endpoints and latency") {
    ChainHealth chain = well();
    chain.markets[0].stage = "stalled on fetch";
    chain.markets[0].head_to_commit_ms = {4, 40, 250};
    rpc::EndpointStatus endpoint;
    endpoint.name = "https://node.example:443";
    endpoint.state = "well";
    endpoint.requests = 7;
    chain.endpoints.push_back(endpoint);
    Metrics metrics;
    const std::string text = metrics.to_text({chain});
    const auto has = [&text](const std::string& line) {
        CHECK_MESSAGE(text.find(line) != std::string::npos, line << "\n" << text);
    };
    has("redink_head_block{chain=\"ethereum\"} 1000");
    has("redink_indexed_block{chain=\"ethereum\",market=\"m\"} 1000");
    has("redink_stalled{chain=\"ethereum\",market=\"m\",stage=\"fetch\"} 1");
    has("redink_stalled{chain=\"ethereum\",market=\"m\",stage=\"write\"} 0");
    has("redink_endpoint_requests_total{chain=\"ethereum\",endpoint=\"https://node.example:443\"} "
        "7");
    has("redink_head_to_commit_seconds_count{chain=\"ethereum\",market=\"m\"} 3");
    const std::string again = metrics.to_text({chain});
    CHECK(again.find("redink_head_to_commit_seconds_count{chain=\"ethereum\",market=\"m\"} 6") !=
          std::string::npos);
}

}  // namespace redink::app
