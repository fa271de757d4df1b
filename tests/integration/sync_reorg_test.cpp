#include <doctest/doctest.h>

#include "app/node/node_server.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/replayed_market.hpp"
#include "tests/support/sql_truth.hpp"
#include "tests/support/synced_chain.hpp"

namespace redink::test {
namespace {

// Steps the node until its head is `number`; the node shows branches on the way.
void advance_to(node::NodeServer& node, std::uint64_t number) {
    while (node.advance(1).number.value() < number) {
    }
}

std::string count(const std::string& url, const std::string& from) {
    return query(url, "SELECT count(*) FROM " + from).front();
}

void follow_branches(const Recorded& recorded) {
    const nlohmann::json meta = read_json(recorded.folder + "/meta.json");
    const nlohmann::json truth = read_json(recorded.folder + "/truth.json.gz");
    node::NodeOptions options = serving(recorded, {});
    options.orphans = recorded.folder + "/orphans.jsonl.gz";
    options.head = meta["forks"][0]["parent"].get<std::uint64_t>() - 2;
    node::NodeServer node{options};
    const std::string url = fresh_database();
    std::uint64_t replaced = 0;
    for (std::size_t k = 0; k < meta["forks"].size(); ++k) {
        const auto parent = meta["forks"][k]["parent"].get<std::uint64_t>();
        const auto length = meta["forks"][k]["blocks"].get<std::uint64_t>();
        CAPTURE(parent);
        advance_to(node, parent + length);
        const auto on_branch = sync_from(node.url(), recorded, url);
        REQUIRE_MESSAGE(on_branch.has_value(), on_branch.error().text);
        REQUIRE(on_branch.value().head.number.value() == parent + length);
        Compared compared;
        for (const auto& snapshot : truth["orphanSnapshots"][k]["snapshots"]) {
            compare_snapshot(url, snapshot, compared);
        }
        CHECK(compared.numbers > 0);
        const std::string first =
            compared.differences.empty() ? std::string{} : compared.differences.front();
        CHECK(first.empty());
        // The next step replaces the branch by a longer one.
        node.advance(1);
        const auto after = sync_from(node.url(), recorded, url);
        REQUIRE_MESSAGE(after.has_value(), after.error().text);
        replaced += length;
        CHECK(count(url, "redink.block WHERE NOT canonical") == std::to_string(replaced));
    }
    advance_to(node, meta["head"]["number"].get<std::uint64_t>());
    const auto end = sync_from(node.url(), recorded, url);
    REQUIRE_MESSAGE(end.has_value(), end.error().text);
    const std::string straight = fresh_database();
    REQUIRE(sync_recorded(recorded, straight).has_value());
    CHECK(digest_derived(url) == digest_derived(straight));
    CHECK(count(url, "report.logs WHERE canonical") == count(straight, "report.logs"));
    CHECK(count(url, "report.logs WHERE NOT canonical") != "0");
}

}  // namespace

TEST_CASE("replaced branches are true while they last, are kept as facts, and leave no trace") {
    // The recording has the pool's version at two blocks only.
    Recorded v36 = recorded_v36();
    v36.version = "3.6";
    follow_branches(v36);
    follow_branches(recorded_v30());
}

}  // namespace redink::test
