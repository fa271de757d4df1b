#include <algorithm>

#include <doctest/doctest.h>

#include "app/node/node_server.hpp"
#include "indexer/sync/errc.hpp"
#include "tests/support/followed_chain.hpp"
#include "tests/support/mined_branches.hpp"
#include "tests/support/postgres_fixture.hpp"

namespace redink::test {
namespace {

// A log of block 300 that nothing else depends on: a price.
constexpr const char* kAltered = "alter-log:block=300,index=0";
constexpr const char* kDropped = "drop-log:block=300,index=0";

constexpr std::uint64_t kMonad = 143;

Recorded with_version() {
    Recorded recorded = recorded_v36();
    recorded.version = "3.6";
    return recorded;
}

std::string synced(const Recorded& recorded, const RunOptions& options = {}) {
    const std::string url = fresh_database();
    const auto outcome = sync_recorded(recorded, url, options);
    REQUIRE_MESSAGE(outcome.has_value(), outcome.error().text);
    return url;
}

RunOptions at_level(app::ProofLevel level, const std::vector<std::string>& faults = {}) {
    RunOptions options;
    options.level = level;
    options.faults = faults;
    // What may still be replaced is not proved any better.
    options.to = rpc::BlockTag::finalized;
    return options;
}

std::vector<std::string> proofs(const std::string& url) {
    return query(url, "SELECT DISTINCT proof FROM report.proofs ORDER BY 1");
}

// Every block up to the head is proved to this level, and the shares say so.
void check_all_proved(const std::string& url, const std::string& level) {
    CHECK(proofs(url) == std::vector<std::string>{level});
    CHECK(query(url,
                "SELECT proof, sum(share_percent) = 100 FROM report.proof_share GROUP BY proof") ==
          std::vector<std::string>{level + "|t"});
}

// A chain that goes on for long without a log.
struct QuietChain {
    explicit QuietChain(std::uint64_t blocks) : recorded{with_version()} {
        options = serving(recorded, {});
        options.files = {write_longer_recording(recorded.folder, blocks, folder)};
    }

    TemporaryFolder folder;
    Recorded recorded;
    node::NodeOptions options;
};

}  // namespace

TEST_CASE("what a sparse market was indexed from is proved to the chain's level afterwards") {
    const QuietChain quiet{10'000};
    node::NodeServer node{quiet.options};
    const std::string url = fresh_database();
    const app::Config config = config_of(quiet.recorded, {node.url()}, url, app::ProofLevel::bloom);
    const app::Database database{config.database, app::DatabaseUse::create};
    std::map<std::string, std::string> indexed;
    std::vector<std::string> proofs_then;
    app::SyncRequest request;
    request.report = [&](const sync::SyncStatus& status) {
        if (status.phase == "prove" && indexed.empty()) {
            indexed = digest_derived(url);
            proofs_then = proofs(url);
        }
    };
    const auto outcome = app::run_sync(config, database, request).front().outcome;
    REQUIRE_MESSAGE(outcome.has_value(), outcome.error().text);
    CHECK(outcome.value().head.number.value() == 10'654);
    // The beginning, and the end, which is not worth two passes, were proved at once.
    CHECK(proofs_then == std::vector<std::string>{"bloom", "headers"});
    CHECK(digest_derived(url) == indexed);
    CHECK(digest_derived(url) == digest_derived(synced(quiet.recorded)));
    CHECK(query(url, "SELECT count(*) FROM report.refuted_logs").front() == "0");
    check_all_proved(url, "bloom");
}

TEST_CASE("the daemon proves what is final by receipts, a little at a time") {
    const QuietChain quiet{2'000};
    node::NodeServer node{quiet.options};
    const std::string url = fresh_database();
    FollowSetup setup;
    setup.finality_depth = 64;
    setup.audit_requests_per_second = 10'000;
    FollowedChain chain{quiet.recorded, {node.url()}, url, setup};
    const std::string proved =
        "SELECT count(*) FROM (SELECT source FROM report.proofs WHERE proof "
        "= 'receipts' GROUP BY source HAVING sum(least(to_block, 2654) - "
        "from_block + 1) = 2655 - min(from_block) AND max(to_block) >= "
        "2654) q";
    const std::string sources = "SELECT count(*) FROM redink.source";
    CHECK(chain.wait_until([&](const auto& health) {
        return health.markets.front().indexed.has_value() && query(url, sources).front() != "0" &&
               query(url, proved) == query(url, sources);
    }));
    chain.stop();
    CHECK(chain.health().trouble.empty());
    CHECK(digest_derived(url) == digest_derived(synced(quiet.recorded)));
}

TEST_CASE("a log that was left out is inserted by a better proof, and the market derived again") {
    const Recorded recorded = with_version();
    const std::string truth = synced(recorded, at_level(app::ProofLevel::bloom));
    const std::string url = synced(recorded, at_level(app::ProofLevel::headers, {kDropped}));
    CHECK(digest_derived(url) != digest_derived(truth));
    const auto outcome = sync_recorded(recorded, url, at_level(app::ProofLevel::receipts));
    REQUIRE_MESSAGE(outcome.has_value(), outcome.error().text);
    CHECK(digest_derived(url) == digest_derived(truth));
    CHECK(digest_facts(url) == digest_facts(truth));
    check_all_proved(url, "receipts");
    CHECK(query(url, "SELECT count(*) FROM report.refuted_logs").front() == "0");
}

TEST_CASE("a log that was altered is refuted by a better proof, and the market derived again") {
    const Recorded recorded = with_version();
    const std::string truth = synced(recorded, at_level(app::ProofLevel::bloom));
    const std::string url = fresh_database();
    node::NodeServer liar{serving(recorded, at_level(app::ProofLevel::headers, {kAltered}))};
    REQUIRE(sync_from(liar.url(), recorded, url, at_level(app::ProofLevel::headers)).has_value());
    CHECK(digest_derived(url) != digest_derived(truth));
    node::NodeServer honest{serving(recorded, {})};
    const auto outcome =
        sync_from(honest.url(), recorded, url, at_level(app::ProofLevel::receipts));
    REQUIRE_MESSAGE(outcome.has_value(), outcome.error().text);
    CHECK(digest_derived(url) == digest_derived(truth));
    CHECK(digest_facts(url) == digest_facts(truth));
    CHECK(query(url,
                "SELECT block, reason, proof, endpoint, refuting_proof, refuting_endpoint FROM "
                "report.refuted_logs") ==
          std::vector<std::string>{"300|altered|headers|" + liar.url() + "|receipts|" +
                                   honest.url()});
}

TEST_CASE("whole blocks that were left out are found by blooms") {
    const Recorded recorded = with_version();
    const std::string truth = synced(recorded, at_level(app::ProofLevel::bloom));
    const std::string url = fresh_database();
    // The last ones, so that no later log contradicts.
    const std::string last =
        query(truth, "SELECT max(from_block) FROM derived.position_version").front();
    const std::uint64_t end = std::stoull(last);
    RunOptions dropping = at_level(app::ProofLevel::headers, {"drop-block-logs:block=" + last});
    dropping.to = chain::BlockNumber{end};
    const auto first = sync_recorded(recorded, url, dropping);
    REQUIRE_MESSAGE(first.has_value(), first.error().text);
    CHECK(digest_derived(url) != digest_derived(truth, end));
    RunOptions better = at_level(app::ProofLevel::bloom);
    better.to = chain::BlockNumber{end};
    const auto proved = sync_recorded(recorded, url, better);
    REQUIRE_MESSAGE(proved.has_value(), proved.error().text);
    CHECK(digest_derived(url) == digest_derived(truth, end));
    const auto outcome = sync_recorded(recorded, url, at_level(app::ProofLevel::bloom));
    REQUIRE_MESSAGE(outcome.has_value(), outcome.error().text);
    CHECK(digest_derived(url) == digest_derived(truth));
    check_all_proved(url, "bloom");
}

TEST_CASE("two endpoints that agree prove a chain without receipts") {
    const Recorded recorded = with_version();
    const RunOptions silent = at_level(app::ProofLevel::second_source, {"no-receipts"});
    node::NodeServer one{serving(recorded, silent)};
    node::NodeServer other{serving(recorded, silent)};
    const std::string url = fresh_database();
    const auto outcome = sync_from({one.url(), other.url()}, recorded, url, silent);
    REQUIRE_MESSAGE(outcome.has_value(), outcome.error().text);
    CHECK(digest_derived(url) ==
          digest_derived(synced(recorded, at_level(app::ProofLevel::bloom))));
    check_all_proved(url, "second-source");
}

TEST_CASE("two endpoints that differ without receipts are both named, and nothing wrong is kept") {
    const Recorded recorded = with_version();
    const std::string truth = synced(recorded, at_level(app::ProofLevel::bloom));
    const RunOptions silent = at_level(app::ProofLevel::second_source, {"no-receipts"});
    for (const char* lie : {kAltered, kDropped, "drop-block-logs:block=300"}) {
        CAPTURE(lie);
        RunOptions lying = silent;
        lying.faults.emplace_back(lie);
        node::NodeServer one{serving(recorded, silent)};
        node::NodeServer other{serving(recorded, lying)};
        const std::string url = fresh_database();
        const auto outcome = sync_from({one.url(), other.url()}, recorded, url, silent);
        REQUIRE_FALSE(outcome.has_value());
        const std::string& text = outcome.error().text;
        CHECK_MESSAGE(text.find("block 300") != std::string::npos, text);
        CHECK_MESSAGE(text.find(one.url()) != std::string::npos, text);
        CHECK_MESSAGE(text.find(other.url()) != std::string::npos, text);
        const auto cursor = query(url, "SELECT block_number FROM redink.cursor");
        const std::uint64_t head = cursor.empty() ? 0 : std::stoull(cursor.front());
        CHECK(head < 300);
        CHECK(digest_derived(url) == digest_derived(truth, head));
    }
}

TEST_CASE("where endpoints differ, the receipts of any decide who lied") {
    const Recorded recorded = with_version();
    const std::string truth = synced(recorded, at_level(app::ProofLevel::bloom));
    const std::vector<std::string> silent{"no-receipts"};
    const RunOptions level = at_level(app::ProofLevel::second_source);
    node::NodeServer with_receipts{serving(recorded, level)};
    node::NodeServer without{serving(recorded, at_level(level.level, silent))};
    for (const auto& faults : std::vector<std::vector<std::string>>{
             {"no-receipts", kAltered}, {kAltered}, {"no-receipts", "drop-block-logs:block=300"}}) {
        CAPTURE(faults.back());
        CAPTURE(faults.size());
        node::NodeServer liar{serving(recorded, at_level(level.level, faults))};
        const std::string honest = faults.size() == 1 ? without.url() : with_receipts.url();
        const std::string url = fresh_database();
        const auto two = sync_from({liar.url(), honest}, recorded, url, level);
        if (!two) {
            // Without the liar there is no second source.
            CHECK_MESSAGE(two.error().text.find(liar.url()) != std::string::npos, two.error().text);
        }
        const auto three =
            sync_from({liar.url(), with_receipts.url(), without.url()}, recorded, url, level);
        REQUIRE_MESSAGE(three.has_value(), three.error().text);
        CHECK(digest_derived(url) == digest_derived(truth));
        CHECK(digest_facts(url) == digest_facts(truth));
        CHECK(query(url, "SELECT DISTINCT endpoint FROM report.endpoint_faults") ==
              std::vector<std::string>{liar.url()});
    }
}

TEST_CASE("a single endpoint without receipts fails where a bloom admits an empty block") {
    const Recorded recorded = with_version();
    const std::string url = fresh_database();
    const auto outcome =
        sync_recorded(recorded, url, at_level(app::ProofLevel::bloom, {"no-receipts"}));
    REQUIRE_FALSE(outcome.has_value());
    CHECK_MESSAGE(outcome.error().code == make_error_code(sync::SyncErrc::no_receipts),
                  outcome.error().text);
}

TEST_CASE("where blooms are known to be wrong, receipts prove every block") {
    const Recorded recorded = with_version();
    const auto run = [&](std::uint64_t chain_id,
                         const std::vector<std::string>& faults,
                         std::uint64_t to,
                         const std::string& url) {
        node::NodeOptions options = serving(recorded, at_level(app::ProofLevel::bloom, faults));
        options.chain_id = chain_id;
        node::NodeServer node{options};
        app::Config config = config_of(recorded, {node.url()}, url, app::ProofLevel::bloom);
        config.chains.front().id = chain_id;
        const app::Database database{config.database, app::DatabaseUse::create};
        app::SyncRequest request;
        request.to = chain::BlockNumber{to};
        request.to_is_default = false;
        return app::run_sync(config, database, request).front().outcome;
    };
    const std::uint64_t head = 718;
    const std::string right = fresh_database();
    const std::string wrong = fresh_database();
    REQUIRE(run(1, {}, head, right).has_value());
    REQUIRE(run(kMonad, {}, head, wrong).has_value());
    CHECK(query(right, "SELECT count(*) FROM report.logs") ==
          query(wrong, "SELECT count(*) FROM report.logs"));
    // The first blocks hold nothing that a bloom would ask receipts for.
    const std::vector<std::string> without{"no-receipts"};
    CHECK(run(1, without, 3, fresh_database()).has_value());
    const auto refused = run(kMonad, without, 3, fresh_database());
    REQUIRE_FALSE(refused.has_value());
    CHECK_MESSAGE(refused.error().code == make_error_code(sync::SyncErrc::no_receipts),
                  refused.error().text);
    const auto caught = run(kMonad, {"drop-block-logs:block=300"}, head, fresh_database());
    REQUIRE_FALSE(caught.has_value());
    CHECK_MESSAGE(caught.error().text.find("block 300") != std::string::npos, caught.error().text);
}

}  // namespace redink::test
