#include <algorithm>
#include <random>

#include <doctest/doctest.h>

#include "app/node/node_server.hpp"
#include "tests/support/followed_chain.hpp"
#include "tests/support/mined_branches.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/program.hpp"
#include "tests/support/replayed_market.hpp"
#include "tests/support/sql_truth.hpp"

namespace redink::test {
namespace {

// The recording has the pool's version at two blocks only.
Recorded with_version() {
    Recorded recorded = recorded_v36();
    recorded.version = "3.6";
    return recorded;
}

std::string websocket_of(const node::NodeServer& node) {
    return "ws://127.0.0.1:" + std::to_string(node.port());
}

void check_equals_straight_sync(const std::string& url, const Recorded& recorded) {
    const bool is_v30 = recorded.folder == recorded_v30().folder;
    const std::string& straight = is_v30 ? booked_v30() : booked_v36();
    CHECK(digest_derived(url) == digest_derived(straight));
    CHECK(query(url, "SELECT count(*) FROM report.logs WHERE canonical") ==
          query(straight, "SELECT count(*) FROM report.logs"));
}

// Steps the node block by block; at each branch's tip the contracts' own answers must come out.
void follow_recorded_branches(const Recorded& recorded, bool by_socket) {
    const nlohmann::json meta = read_json(recorded.folder + "/meta.json");
    const nlohmann::json truth = read_json(recorded.folder + "/truth.json.gz");
    node::NodeOptions options = serving(recorded, {});
    options.orphans = recorded.folder + "/orphans.jsonl.gz";
    options.head = meta["forks"][0]["parent"].get<std::uint64_t>() - 2;
    node::NodeServer node{options};
    const std::string url = fresh_database();
    const std::vector<std::string> endpoints{by_socket ? websocket_of(node) : node.url()};
    // Polls come as often as a slot of this chain lasts.
    FollowSetup setup;
    setup.speed = 20;
    FollowedChain chain{recorded, endpoints, url, setup};
    REQUIRE(chain.wait_until([](const auto& health) { return health.head.has_value(); }));
    std::size_t branch = 0;
    const auto head = meta["head"]["number"].get<std::uint64_t>();
    for (chain::BlockRef at{}; at.number.value() < head;) {
        const chain::BlockRef before = at;
        at = node.advance(1);
        INFO("block " << at.number.value());
        REQUIRE(chain.wait_for(at));
        if (branch == meta["forks"].size()) {
            continue;
        }
        const auto& fork = meta["forks"][branch];
        const auto tip = fork["parent"].get<std::uint64_t>() + fork["blocks"].get<std::uint64_t>();
        if (at.number.value() != tip || before.number.value() == tip) {
            continue;
        }
        Compared compared;
        for (const auto& snapshot : truth["orphanSnapshots"][branch]["snapshots"]) {
            compare_snapshot(url, snapshot, compared);
        }
        CHECK(compared.numbers > 0);
        CHECK_MESSAGE(compared.differences.empty(), compared.differences.front());
        ++branch;
    }
    CHECK(branch == meta["forks"].size());
    chain.stop();
    check_equals_straight_sync(url, recorded);
    CHECK(query(url, "SELECT count(*) FROM report.reorgs").front() ==
          std::to_string(meta["forks"].size()));
}

}  // namespace

TEST_CASE("a chain followed by WebSocket is right at every branch's tip and at the end") {
    follow_recorded_branches(with_version(), true);
}

TEST_CASE("a chain followed by polling is right at every branch's tip and at the end") {
    follow_recorded_branches(recorded_v30(), false);
}

TEST_CASE("reorganisations of every depth up to 64 leave the state of a fresh synchronisation") {
    const Recorded recorded = with_version();
    const unsigned seed = seed_from_environment();
    CAPTURE(seed);
    std::mt19937_64 random{seed};
    const int runs = number_from_environment("REDINK_REORG_RUNS", 1);
    for (int run = 0; run < runs; ++run) {
        CAPTURE(run);
        std::vector<BranchPlan> plans;
        for (std::uint64_t parent = 100; parent < 640;) {
            const std::uint64_t depth = run == 0 && plans.empty() ? 64 : 1 + random() % 64;
            plans.push_back({parent, depth});
            parent += depth + 2 + random() % 20;
        }
        const TemporaryFolder folder;
        node::NodeOptions options = serving(recorded, {});
        options.orphans = write_branches(recorded.folder, plans, folder);
        options.head = 90;
        node::NodeServer node{options};
        const std::string url = fresh_database();
        FollowSetup setup;
        setup.finality_depth = 70;
        FollowedChain chain{recorded, {websocket_of(node)}, url, setup};
        REQUIRE(chain.wait_until([](const auto& health) { return health.head.has_value(); }));
        chain::BlockRef at{};
        while (at.number.value() < 718) {
            const chain::BlockRef before = at;
            at = node.advance(1 + random() % 5);
            if (random() % 3 == 0) {
                REQUIRE(chain.wait_for(at));
            }
            if (at == before) {
                break;
            }
        }
        REQUIRE(chain.wait_for(at));
        chain.stop();
        REQUIRE(chain.health().trouble.empty());
        check_equals_straight_sync(url, recorded);
    }
}

TEST_CASE("a reorganisation below the finalized block stops the chain with a plain error") {
    const Recorded recorded = with_version();
    const TemporaryFolder folder;
    node::NodeOptions options = serving(recorded, {});
    options.orphans = write_branches(recorded.folder, {{300, 12}}, folder);
    options.head = 295;
    node::NodeServer node{options};
    const std::string url = fresh_database();
    FollowSetup setup;
    setup.finality_depth = 4;
    FollowedChain chain{recorded, {node.url()}, url, setup};
    chain::BlockRef at{};
    for (int i = 0; i < 17; ++i) {
        at = node.advance(1);
        REQUIRE(chain.wait_for(at));
    }
    REQUIRE(at.number.value() == 312);
    // What is final has to be known before the branch is replaced.
    REQUIRE(chain.wait_until([](const app::ChainHealth& health) {
        return health.finalized && health.finalized->number.value() >= 304;
    }));
    node.advance(1);
    REQUIRE(chain.wait_until([](const auto& health) { return health.has_stopped; }));
    const std::string why = chain.health().trouble;
    CHECK_MESSAGE(why.find("final") != std::string::npos, why);
    CHECK(query(url, "SELECT block_number FROM redink.cursor").front() == "312");
}

}  // namespace redink::test
