#include <doctest/doctest.h>

#include "indexer/sync/errc.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/synced_chain.hpp"

namespace redink::test {
namespace {

struct Lie {
    std::string fault;
    app::ProofLevel level;
    std::string block;  ///< that the error names
};

// A log of block 300 in the recording: 0 price, 1 ReserveDataUpdated, 2-3 Transfer, 4 Mint,
// 5 Supply. Block 500 holds a liquidation.
const std::vector<Lie>& lies() {
    using enum app::ProofLevel;
    static const std::vector<Lie> all{
        {"alter-log:block=300,index=1", bloom, "block 300"},
        {"alter-log:block=302,index=2", bloom, "block 302"},
        {"alter-log:block=300,index=5", bloom, "block 300"},
        {"alter-log:block=300,index=0", receipts, "block 300"},
        {"alter-topic:block=300,index=4", bloom, "block 300"},
        {"move-log:block=300,index=3", bloom, "block 301"},
        {"repeat-log:block=300,index=3", bloom, "block 300"},
        {"drop-block-logs:block=300", bloom, "block 300"},
        {"drop-block-logs:block=301", bloom, "block 301"},
        {"drop-log:block=300,index=0", receipts, "block 300"},
        {"drop-log:block=500,index=13", headers, "block 500"},
        {"drop-log:block=500,index=0", headers, "block 500"},
        {"drop-log:block=500,index=4", bloom, "block 500"},
        {"bad-header:block=333", bloom, "block 333"},
        {"bad-receipts:block=500", headers, "block 500"},
    };
    return all;
}

}  // namespace

TEST_CASE("a node that contradicts the chain is refused, named, and nothing wrong is kept") {
    const Recorded recorded = recorded_v36();
    const std::string truthful = fresh_database();
    REQUIRE(sync_recorded(recorded, truthful).has_value());
    for (const Lie& lie : lies()) {
        CAPTURE(lie.fault);
        const std::string url = fresh_database();
        RunOptions options;
        options.level = lie.level;
        options.faults = {lie.fault};
        const auto outcome = sync_recorded(recorded, url, options);
        REQUIRE_FALSE(outcome.has_value());
        const Error& error = outcome.error();
        CHECK_MESSAGE(error.code == make_error_code(sync::SyncErrc::lie), error.text);
        CHECK_MESSAGE(error.text.find(lie.block) != std::string::npos, error.text);
        CHECK_MESSAGE(error.text.find("endpoint http://127.0.0.1:") != std::string::npos,
                      error.text);
        const auto cursor = query(url, "SELECT block_number FROM redink.cursor");
        const std::uint64_t head = cursor.empty() ? 0 : std::stoull(cursor.front());
        CHECK(head < 500);
        CHECK(digest_derived(url) == digest_derived(truthful, head));
        if (lie.level == app::ProofLevel::bloom) {
            CHECK(digest_facts(url) == digest_facts(truthful, head));
        }
    }
}

TEST_CASE("a node that stumbles gives the same database as one that does not") {
    const Recorded recorded = recorded_v30();
    const std::string smooth = fresh_database();
    REQUIRE(sync_recorded(recorded, smooth).has_value());
    for (const std::vector<std::string>& faults :
         std::vector<std::vector<std::string>>{{"refuse-batch"},
                                               {"http-500:every=9"},
                                               {"http-429:every=11"},
                                               {"close:every=7"},
                                               {"truncate:every=8"},
                                               {"cut-json:every=10"},
                                               {"http-500:every=13", "close:every=11"}}) {
        CAPTURE(faults.front());
        const std::string url = fresh_database();
        RunOptions options;
        options.faults = faults;
        options.max_range = 64;
        const auto outcome = sync_recorded(recorded, url, options);
        REQUIRE_MESSAGE(outcome.has_value(), outcome.error().text);
        CHECK(digest_derived(url) == digest_derived(smooth));
        CHECK(digest_facts(url) == digest_facts(smooth));
    }
}

}  // namespace redink::test
