#include "indexer/store/take_back.hpp"

#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"
#include "indexer/store/chain_journal.hpp"
#include "indexer/store/errors.hpp"
#include "tests/support/stored_chain.hpp"

using namespace redink;
using test::block_ref;
using test::log_at;

namespace {

chain::BlockNumber at(std::uint64_t number) {
    return chain::BlockNumber{number};
}

constexpr const char* kCanonical =
    "SELECT string_agg(number || ':' || fork, ' ' ORDER BY number) FROM redink.block WHERE "
    "canonical";
constexpr const char* kLogs =
    "SELECT string_agg(block || ':' || data, ' ' ORDER BY block, log_index) FROM report.logs WHERE "
    "canonical";
constexpr const char* kCursors = "SELECT market_id, block_number FROM redink.cursor ORDER BY 1";

}  // namespace

TEST_CASE("a branch that is left, comes back and is left again keeps every fact once") {
    test::StoredChain chain;
    chain.add_source({1});
    chain.commit(chain.facts(100, 102, {log_at(101, 0, 1)}));
    const auto follow = [&chain](char branch, std::uint8_t content) {
        chain.commit(chain.facts(103,
                                 105,
                                 {log_at(103, 0, content, branch), log_at(105, 1, content, branch)},
                                 "headers",
                                 branch));
    };
    const auto leave = [&chain](char to) {
        REQUIRE(chain.writer.roll_back(at(102), block_ref(106, to)).has_value());
        CHECK(chain.writer.load_cursor() == block_ref(102));
        CHECK(chain.ask(kCanonical) == "100:0 101:0 102:0");
        CHECK(chain.ask(kLogs) == "101:0x01");
        CHECK(chain.ask("SELECT from_block, to_block FROM redink.coverage") == "100|102");
    };
    follow('A', 0x0a);
    leave('B');
    follow('B', 0x0b);
    CHECK(chain.ask(kLogs) == "101:0x01 103:0x0b 105:0x0b");
    leave('A');
    follow('A', 0x0a);
    CHECK(chain.ask(kCanonical) == "100:0 101:0 102:0 103:0 104:0 105:0");
    CHECK(chain.ask(kLogs) == "101:0x01 103:0x0a 105:0x0a");
    leave('C');
    follow('C', 0x0c);
    CHECK(chain.ask(kCanonical) == "100:0 101:0 102:0 103:2 104:2 105:2");
    CHECK(chain.ask(kLogs) == "101:0x01 103:0x0c 105:0x0c");
    CHECK(chain.ask("SELECT count(*) FROM redink.block") == "12");
    CHECK(chain.ask("SELECT count(*) FROM redink.log") == "7");
    CHECK(chain.ask("SELECT fork_block, depth, old_hash, new_hash FROM report.reorgs ORDER BY "
                    "found_at OFFSET 1 LIMIT 1") ==
          "102|3|" + block_ref(105, 'B').hash.hex() + "|" + block_ref(106, 'A').hash.hex());
}

TEST_CASE("what was finalized here is not taken back") {
    test::StoredChain chain;
    chain.add_source({1});
    chain.commit(chain.facts(100, 110, {log_at(109, 0)}));
    store::ChainJournal journal{chain.connection, 1};
    REQUIRE(journal.save_finality({block_ref(105), at(110)}).has_value());
    const Result<void> refused = chain.writer.roll_back(at(104));
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == store::StoreErrc::finality);
    CHECK(refused.error().text.find("chain ethereum is told to be reorganised below its finalized "
                                    "block 105, from block 105 on") == 0);
    CHECK(chain.writer.load_cursor() == block_ref(110));
    CHECK(chain.ask("SELECT count(*) FROM redink.reorg") == "0");
    CHECK(chain.ask("SELECT count(*) FROM redink.block WHERE canonical") == "11");
    CHECK(chain.writer.roll_back(at(105)).has_value());
    // A finalized block that is not indexed yet protects what was finalized before it.
    REQUIRE(journal.save_finality({block_ref(120), at(130)}).has_value());
    CHECK(chain.writer.roll_back(at(104)).has_error());
}

TEST_CASE("a branch that was never finalized may be left though the chain finalized further up") {
    test::StoredChain chain;
    chain.add_source({1});
    chain.commit(chain.facts(100, 102));
    store::ChainJournal journal{chain.connection, 1};
    REQUIRE(journal.save_finality({block_ref(101), at(102)}).has_value());
    chain.commit(chain.facts(103, 106, {}, "headers", 'B'));
    REQUIRE(journal.save_finality({block_ref(104), at(120)}).has_value());
    CHECK(chain.writer.roll_back(at(102)).has_value());
    CHECK(chain.writer.load_cursor() == block_ref(102));
    CHECK(chain.writer.roll_back(at(100)).has_error());
}

TEST_CASE("every market of the chain goes back, with its leases, and no other chain") {
    test::StoredChain chain;
    chain.add_source({1});
    chain.commit(chain.facts(100, 110));
    const store::MarketRecord behind = chain.add_market("behind");
    const store::MarketRecord elsewhere = chain.add_market("elsewhere", 2);
    store::MarketRecord late = chain.market;
    late.name = "late";
    late.from_block = at(108);
    late = chain.registry.register_market(late);
    for (const auto& [market, first, last] : {std::tuple{behind, 100, 103},
                                              std::tuple{elsewhere, 100, 110},
                                              std::tuple{late, 108, 110}}) {
        store::MarketWriter writer{chain.connection, market};
        writer.add_source({chain::Address{}});
        store::RangeFacts facts =
            chain.facts(static_cast<std::uint64_t>(first), static_cast<std::uint64_t>(last));
        facts.sources = {chain.registry.load_sources(market.id).back().id};
        writer.commit(std::nullopt, facts, {}, block_ref(static_cast<std::uint64_t>(last)));
    }
    chain.ask(
        "INSERT INTO redink.lease VALUES (2, 104, 106, 'w', now()), (2, 107, 109, 'w', "
        "now()), (4, 104, 109, 'w', now()) RETURNING 1");
    chain.ask("INSERT INTO redink.backfill VALUES (2, 120, '\\x00') RETURNING 1");
    REQUIRE(chain.writer.roll_back(at(106)).has_value());
    CHECK(chain.ask(kCursors) == "1|106\n2|103\n3|110");
    CHECK(chain.ask("SELECT source_id, from_block, to_block FROM redink.coverage ORDER BY 1") ==
          "1|100|106\n2|100|103\n3|100|110");
    CHECK(chain.ask("SELECT market_id, from_block FROM redink.lease") == "2|104");
    CHECK(chain.ask("SELECT count(*) FROM redink.backfill") == "0");
    CHECK(chain.ask("SELECT count(*) FROM redink.block WHERE NOT canonical") == "4");
}

TEST_CASE("going back to the head, or beyond it, changes nothing") {
    test::StoredChain chain;
    chain.add_source({1});
    CHECK(chain.writer.roll_back(at(100)).has_value());
    chain.commit(chain.facts(100, 102));
    CHECK(chain.writer.roll_back(at(102)).has_value());
    CHECK(chain.writer.roll_back(at(110)).has_value());
    CHECK(chain.writer.load_cursor() == block_ref(102));
    CHECK(chain.ask("SELECT count(*) FROM redink.reorg") == "0");
}

TEST_CASE("a fork that is not stored is our mistake") {
    test::StoredChain chain;
    chain.add_source({1});
    chain.commit(chain.facts(100, 102));
    CHECK_THROWS_AS(static_cast<void>(chain.writer.roll_back(at(99))), InvariantBroken);
    CHECK(chain.writer.load_cursor() == block_ref(102));
}
