#include <algorithm>

#include <doctest/doctest.h>

#include "app/node/node_server.hpp"
#include "tests/support/followed_chain.hpp"
#include "tests/support/postgres_fixture.hpp"

namespace redink::test {

TEST_CASE("from the announcement of a head to its committed rows it takes a fraction of a second") {
    Recorded recorded = recorded_v36();
    recorded.version = "3.6";
    node::NodeOptions options = serving(recorded, {});
    options.head = 200;
    node::NodeServer node{options};
    const std::string url = fresh_database();
    FollowedChain chain{recorded, {"ws://127.0.0.1:" + std::to_string(node.port())}, url};
    REQUIRE(chain.wait_until([](const app::ChainHealth& health) {
        const auto& market = health.markets.front();
        return market.indexed && market.indexed->number.value() == 200;
    }));
    // The first one may still come by polling.
    REQUIRE(chain.wait_for(node.advance(1)));
    for (int i = 0; i < 300; ++i) {
        REQUIRE(chain.wait_for(node.advance(1)));
    }
    std::vector<double> passed = chain.health().markets.front().head_to_commit_ms;
    REQUIRE(passed.size() >= 250);
    std::sort(passed.begin(), passed.end());
    const double p50 = passed[passed.size() / 2];
    const double p99 = passed[passed.size() * 99 / 100];
    MESSAGE("head to commit: p50 " << p50 << " ms, p99 " << p99 << " ms");
    // Without the sanitizers it is a few milliseconds.
    CHECK(p99 < 300);
}

}  // namespace redink::test
