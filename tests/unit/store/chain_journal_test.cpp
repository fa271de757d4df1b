#include "indexer/store/chain_journal.hpp"

#include <doctest/doctest.h>

#include "indexer/store/errors.hpp"
#include "tests/support/stored_chain.hpp"

using namespace redink;
using store::ChainJournal;
using store::Finality;
using store::FinalitySource;
using test::block_ref;

namespace {

Finality finality(std::uint64_t number, std::uint64_t head, char branch = 'A') {
    return {block_ref(number, branch), chain::BlockNumber{head}, FinalitySource::tag};
}

constexpr const char* kFinality =
    "SELECT finalized_block, head, lag_blocks, source, reorgs, deepest_reorg, reorg_depth_p99, "
    "observed_blocks FROM report.finality";
constexpr const char* kStates =
    "SELECT string_agg(block || '.' || fork || ' ' || finality, ', ' ORDER BY block, fork) FROM "
    "report.blocks";

}  // namespace

TEST_CASE("finality is kept and moves up only") {
    test::StoredChain chain;
    ChainJournal journal{chain.connection, 1};
    CHECK_FALSE(journal.load_finality());
    CHECK(chain.ask(kFinality) == "||||0|||");
    REQUIRE(journal.save_finality(finality(100, 164)).has_value());
    CHECK(journal.load_finality() == finality(100, 164));
    REQUIRE(journal.save_finality(finality(110, 175)).has_value());
    REQUIRE(journal.save_finality(finality(105, 170)).has_value());
    CHECK(journal.load_finality() == finality(110, 175));
    REQUIRE(journal.save_finality(finality(110, 176)).has_value());
    CHECK(journal.load_finality() == finality(110, 176));
    CHECK(chain.ask(kFinality) == "110|176|66|tag|0|||12");
    const Finality by_depth{block_ref(120), chain::BlockNumber{184}, FinalitySource::depth};
    REQUIRE(journal.save_finality(by_depth).has_value());
    CHECK(journal.load_finality() == by_depth);
    CHECK_FALSE(ChainJournal(chain.connection, 2).load_finality());
}

TEST_CASE("a finalized block that changes is an error, and the old one stays") {
    test::StoredChain chain;
    ChainJournal journal{chain.connection, 1};
    REQUIRE(journal.save_finality(finality(100, 164)).has_value());
    const Result<void> refused = journal.save_finality(finality(100, 165, 'B'));
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == store::StoreErrc::finality);
    CHECK(refused.error().text.find("the chain's finalized block 100 changed") == 0);
    CHECK(refused.error().text.find(block_ref(100, 'B').hash.hex()) != std::string::npos);
    CHECK(journal.load_finality() == finality(100, 164));
}

TEST_CASE("the depth of reorganisations is measured") {
    test::StoredChain chain;
    ChainJournal journal{chain.connection, 1};
    REQUIRE(journal.save_finality(finality(100, 164)).has_value());
    for (int i = 0; i < 98; ++i) {
        journal.save_reorg({block_ref(120), block_ref(121, 'B'), block_ref(122, 'C')});
    }
    journal.save_reorg({block_ref(120), block_ref(123, 'B'), std::nullopt});
    journal.save_reorg({block_ref(130), block_ref(137, 'B'), block_ref(138, 'C')});
    REQUIRE(journal.save_finality(finality(500, 1164)).has_value());
    CHECK(chain.ask(kFinality) == "500|1164|664|tag|100|7|3|1000");
    CHECK(chain.ask("SELECT chain, fork_block, depth, old_head, old_hash, new_head, new_hash FROM "
                    "report.reorgs WHERE depth > 1 ORDER BY 2") ==
          "ethereum|120|3|123|" + block_ref(123, 'B').hash.hex() + "||\nethereum|130|7|137|" +
              block_ref(137, 'B').hash.hex() + "|138|" + block_ref(138, 'C').hash.hex());
}

TEST_CASE("a fault that comes again is counted, and a secret is cut out") {
    test::StoredChain chain;
    ChainJournal journal{chain.connection, 1};
    const chain::BlockNumber block{120};
    const std::string what = "a log that http://u:secret@first:1 invented";
    journal.save_endpoint_fault(chain.first_endpoint, block, what);
    journal.save_endpoint_fault(chain.first_endpoint, block, what);
    journal.save_endpoint_fault(chain.first_endpoint, std::nullopt, what);
    journal.save_endpoint_fault(chain.second_endpoint, block, "another head");
    CHECK(chain.ask("SELECT chain, endpoint, block, what, times, last_found_at >= found_at FROM "
                    "report.endpoint_faults ORDER BY endpoint, block") ==
          "ethereum|http://first:1|120|a log that http://u:***@first:1 invented|2|t\n"
          "ethereum|http://first:1||a log that http://u:***@first:1 invented|1|t\n"
          "ethereum|http://second:1|120|another head|1|t");
}

TEST_CASE("blocks are finalized, provisional or orphaned") {
    test::StoredChain chain;
    chain.add_source({1});
    chain.commit(chain.facts(100, 103));
    CHECK(chain.ask(kStates) ==
          "100.0 provisional, 101.0 provisional, 102.0 provisional, 103.0 provisional");
    ChainJournal journal{chain.connection, 1};
    REQUIRE(journal.save_finality(finality(101, 103)).has_value());
    CHECK(chain.ask(kStates) ==
          "100.0 finalized, 101.0 finalized, 102.0 provisional, 103.0 provisional");
    REQUIRE(chain.writer.roll_back(chain::BlockNumber{102}).has_value());
    chain.commit(chain.facts(103, 103, {}, "headers", 'B'));
    CHECK(chain.ask(kStates) ==
          "100.0 finalized, 101.0 finalized, 102.0 provisional, 103.0 orphaned, 103.1 provisional");
    // What is finalized is another branch than the one here: it is about to be taken back.
    REQUIRE(journal.save_finality(finality(103, 110, 'C')).has_value());
    CHECK(chain.ask(kStates) ==
          "100.0 finalized, 101.0 finalized, 102.0 provisional, 103.0 orphaned, 103.1 provisional");
}
