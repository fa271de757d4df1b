#include <doctest/doctest.h>

#include "app/commands/rebuild.hpp"
#include "app/node/node_server.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/program.hpp"
#include "tests/support/synced_chain.hpp"

namespace redink::test {
namespace {

std::string synced(const Recorded& recorded, const RunOptions& options = {}) {
    const std::string url = fresh_database();
    const auto outcome = sync_recorded(recorded, url, options);
    REQUIRE_MESSAGE(outcome.has_value(), outcome.error().text);
    return url;
}

}  // namespace

TEST_CASE("a second synchronisation and a rebuild derive the same bytes") {
    for (const Recorded& recorded : {recorded_v36(), recorded_v30()}) {
        const std::string first = synced(recorded);
        const auto derived = digest_derived(first);
        CHECK(derived.at("position_version") != "0 ");
        RunOptions other;
        other.level = app::ProofLevel::receipts;
        other.max_logs = 97;
        const std::string second = synced(recorded, other);
        CHECK(digest_derived(second) == derived);
        CHECK(digest_facts(second) == digest_facts(first));
        query(first, "UPDATE derived.position_version SET scaled = scaled + 1");
        CHECK(digest_derived(first) != derived);
        const ProgramResult rebuilt = run_program({"rebuild", "--database", first, "--quiet"});
        CHECK_MESSAGE(rebuilt.exit_code == 0, rebuilt.err);
        CHECK(digest_derived(first) == derived);
    }
}

TEST_CASE("positions that do not fit into memory come back from the database") {
    for (const Recorded& recorded : {recorded_v36(), recorded_v30()}) {
        RunOptions tiny;
        tiny.max_positions = 3;
        tiny.max_logs = 400;
        CHECK(digest_derived(synced(recorded, tiny)) == digest_derived(synced(recorded)));
    }
}

TEST_CASE("a market indexed in steps is the same as one indexed at once") {
    const Recorded recorded = recorded_v36();
    const auto derived = digest_derived(synced(recorded));
    const std::string url = fresh_database();
    // Most contracts are deployed between blocks 20 and 90: each step finds others late.
    for (const std::uint64_t to : {5U, 20U, 33U, 47U, 61U, 88U, 300U, 718U}) {
        RunOptions options;
        options.to = chain::BlockNumber{to};
        const auto outcome = sync_recorded(recorded, url, options);
        REQUIRE_MESSAGE(outcome.has_value(), outcome.error().text);
        CHECK(outcome.value().head.number.value() == to);
    }
    CHECK(digest_derived(url) == derived);
}

TEST_CASE("a process killed at any instant loses nothing and repeats nothing") {
    const Recorded recorded = recorded_v36();
    const std::string whole = synced(recorded);
    RunOptions small;
    small.max_logs = 60;  // many ranges and commits
    node::NodeServer node{serving(recorded, small)};
    const TemporaryFolder folder;
    const std::string url = fresh_database();
    const std::string config =
        write_file(folder, "redink.toml", toml_of(recorded, node.url(), url));
    const std::vector<std::string> command{"sync", "--config", config, "--to", "latest", "--quiet"};
    const int kills = number_from_environment("REDINK_KILLS", 6);
    const unsigned seed = seed_from_environment();
    INFO("seed " << seed);
    int killed = 0;
    for (int i = 0; i < kills; ++i) {
        const unsigned moment = seed + static_cast<unsigned>(i);
        killed += kill_program_within(command, std::chrono::milliseconds{900}, moment) ? 1 : 0;
    }
    MESSAGE(killed << " of " << kills << " runs were killed before their end");
    const ProgramResult last = run_program(command);
    CHECK_MESSAGE(last.exit_code == 0, last.err);
    CHECK(digest_derived(url) == digest_derived(whole));
    CHECK(digest_facts(url) == digest_facts(whole));
    const std::string heads = "SELECT book, entries, head FROM report.ledgers ORDER BY book";
    CHECK(query(url, heads).size() == 2);
    CHECK(query(url, heads) == query(whole, heads));
}

}  // namespace redink::test
