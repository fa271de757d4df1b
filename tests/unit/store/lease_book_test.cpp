#include "indexer/store/lease_book.hpp"

#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"
#include "indexer/store/errors.hpp"
#include "indexer/store/fact_reader.hpp"
#include "tests/support/log_maker.hpp"
#include "tests/support/stored_chain.hpp"

using namespace redink;
using namespace std::chrono_literals;
using store::LeaseBook;
using store::StoreErrc;
using test::block_ref;
using test::log_at;

namespace {

constexpr const char* kLeases =
    "SELECT from_block, to_block, worker FROM redink.lease ORDER BY from_block";
constexpr const char* kCoverage =
    "SELECT source_id, from_block, to_block FROM redink.coverage ORDER BY 1, 2";

chain::BlockNumber at(std::uint64_t number) {
    return chain::BlockNumber{number};
}

chain::BlockRange blocks(std::uint64_t first, std::uint64_t last) {
    return {at(first), at(last)};
}

// A market with one source, whose blocks 100 to 199 are to be fetched.
struct Backfilled : test::StoredChain {
    Backfilled() {
        add_source({1});
        book.announce(block_ref(199));
    }

    LeaseBook book{connection, market};
};

}  // namespace

TEST_CASE("nothing is leased without a target or a source") {
    test::StoredChain chain;
    LeaseBook book{chain.connection, chain.market};
    chain.add_source({1});
    CHECK_FALSE(book.load_target());
    CHECK_FALSE(book.claim("w", 10, 60s));
    book.announce(block_ref(99));
    CHECK_FALSE(book.claim("w", 10, 60s));
    book.announce(block_ref(120));
    CHECK(book.load_target() == block_ref(120));
    CHECK(book.claim("w", 10, 60s) == blocks(100, 109));
    const store::MarketRecord bare = chain.add_market("bare");
    LeaseBook other{chain.connection, bare};
    other.announce(block_ref(120));
    CHECK_FALSE(other.claim("w", 10, 60s));
}

TEST_CASE("leases go up from the first block, around what is there and what others have") {
    Backfilled chain;
    chain.commit(chain.facts(100, 119));
    store::RangeFacts ahead = chain.facts(140, 149);
    chain.writer.commit_backfill(ahead);
    CHECK(chain.book.claim("a", 15, 60s) == blocks(120, 134));
    CHECK(chain.book.claim("b", 15, 60s) == blocks(135, 139));
    CHECK(chain.book.claim("a", 45, 60s) == blocks(150, 194));
    CHECK(chain.book.claim("b", 45, 60s) == blocks(195, 199));
    CHECK_FALSE(chain.book.claim("b", 45, 60s));
    chain.book.release("a", at(135));
    CHECK_FALSE(chain.book.claim("b", 45, 60s));
    chain.book.release("b", at(135));
    CHECK(chain.book.claim("c", 45, 60s) == blocks(135, 139));
}

TEST_CASE("an expired lease is taken over, and its worker learns of it") {
    Backfilled chain;
    CHECK(chain.book.claim("slow", 50, 0s) == blocks(100, 149));
    CHECK(chain.book.renew("slow", at(100), 0s).has_value());
    CHECK(chain.book.claim("quick", 20, 60s) == blocks(100, 119));
    CHECK(chain.ask(kLeases) == "100|119|quick");
    const Result<void> late = chain.book.renew("slow", at(100), 60s);
    REQUIRE(late.has_error());
    CHECK(late.error().code == StoreErrc::lease_lost);
    const Result<void> refused = chain.book.commit_facts("slow", chain.facts(100, 149));
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == StoreErrc::lease_lost);
    CHECK(refused.error().text.find("the lease of slow on market \"aave\" from block 100") == 0);
    CHECK(chain.ask("SELECT count(*) FROM redink.block") == "0");
    CHECK(chain.book.commit_facts("quick", chain.facts(100, 119)).has_value());
}

TEST_CASE("a lease that expired but that nobody took still counts") {
    Backfilled chain;
    REQUIRE(chain.book.claim("slow", 50, 0s));
    CHECK(chain.book.commit_facts("slow", chain.facts(100, 149)).has_value());
    CHECK(chain.ask(kLeases).empty());
}

TEST_CASE("facts are written ahead of the cursor, whole or from the front") {
    Backfilled chain;
    REQUIRE(chain.book.claim("a", 20, 60s));
    REQUIRE(chain.book.claim("b", 20, 60s) == blocks(120, 139));
    REQUIRE(chain.book.commit_facts("b", chain.facts(120, 124, {log_at(122, 0)})).has_value());
    CHECK(chain.ask(kLeases) == "100|119|a\n125|139|b");
    REQUIRE(chain.book.commit_facts("b", chain.facts(125, 139)).has_value());
    CHECK(chain.ask(kLeases) == "100|119|a");
    CHECK(chain.ask(kCoverage) == "1|120|139");
    CHECK_FALSE(chain.writer.load_cursor());
    CHECK_FALSE(chain.writer.load_covered());
    CHECK(chain.book.commit_facts("a", chain.facts(100, 139)).has_error());
    REQUIRE(chain.book.commit_facts("a", chain.facts(100, 119)).has_value());
    CHECK(chain.writer.load_covered() == at(139));
    CHECK(chain.ask("SELECT adapter_version FROM redink.market") == "7");
}

TEST_CASE("facts that do not fit their neighbours or the target are not kept") {
    Backfilled chain;
    REQUIRE(chain.book.claim("a", 50, 60s));
    REQUIRE(chain.book.claim("b", 50, 60s));
    REQUIRE(chain.book.commit_facts("a", chain.facts(100, 149)).has_value());
    const auto refused = [&chain](const store::RangeFacts& facts) {
        const Result<void> done = chain.book.commit_facts("b", facts);
        REQUIRE(done.has_error());
        CHECK(done.error().code == StoreErrc::reorganised);
        CHECK(chain.ask("SELECT count(*) FROM redink.block") == "50");
        return done.error().text;
    };
    CHECK(refused(chain.facts(150, 160, {}, "bloom", 'B', 'B')).find("block 149 is stored as") ==
          0);
    CHECK(refused(chain.facts(150, 199, {}, "bloom", 'B')).find("block 199 is told to be") == 0);
    chain.writer.commit_backfill(chain.facts(161, 170));
    const store::RangeFacts below = chain.facts(150, 160, {}, "bloom", 'B');
    const Result<void> done = chain.book.commit_facts("b", below);
    REQUIRE(done.has_error());
    CHECK(done.error().text.find("block 160 is stored as") == 0);
    CHECK(chain.book.commit_facts("b", chain.facts(150, 165, {}, "bloom", 'B')).has_error());
    CHECK(chain.book.commit_facts("b", chain.facts(150, 199)).has_value());
}

TEST_CASE("a source that was found late is leased below the cursor, and derived again") {
    Backfilled chain;
    chain.commit(chain.facts(100, 119, {log_at(105, 0)}));
    const std::int32_t late = chain.add_source({2});
    CHECK(chain.book.claim("w", 10, 60s) == blocks(100, 109));
    const auto lacking = chain.book.load_lacking(blocks(100, 109));
    REQUIRE(lacking.size() == 1);
    CHECK(lacking[0].id == late);
    CHECK(lacking[0].addresses == std::vector{test::address_of(2)});
    store::RangeFacts facts = chain.facts(100, 109);
    REQUIRE(chain.book.commit_facts("w", facts).has_value());
    CHECK(chain.ask("SELECT adapter_version FROM redink.market") == "7");
    CHECK(chain.ask(kCoverage) == "1|100|119\n2|100|109");
    REQUIRE(chain.book.claim("w", 30, 60s) == blocks(110, 139));
    CHECK(chain.book.load_lacking(blocks(110, 139)).size() == 2);
    chain::Log log = log_at(112, 3);
    log.address = test::address_of(2);
    REQUIRE(chain.book.commit_facts("w", chain.facts(110, 139, {log})).has_value());
    CHECK(chain.ask("SELECT adapter_version FROM redink.market") == "0");
    CHECK(chain.ask(kCoverage) == "1|100|139\n2|100|139");
    CHECK(chain.writer.load_covered() == at(139));
}

TEST_CASE("the cursor follows over facts that are there, and over nothing else") {
    Backfilled chain;
    REQUIRE(chain.book.claim("w", 40, 60s));
    REQUIRE(chain.book.commit_facts("w", chain.facts(100, 139, {log_at(105, 0), log_at(130, 1)}))
                .has_value());
    store::FactReader facts{
        chain.connection, chain.market, {test::address_of(1)}, blocks(106, 139)};
    const std::vector<store::StoredBlock> ahead = facts.load_next();
    REQUIRE(ahead.size() == 1);
    CHECK(ahead[0].logs == std::vector{log_at(130, 1)});
    CHECK(ahead[0].header.parent_hash == block_ref(129).hash);
    CHECK(facts.load_next().empty());

    chain.writer.commit_derived(std::nullopt, {}, block_ref(119));
    CHECK(chain.writer.load_cursor() == block_ref(119));
    chain.writer.commit_derived(block_ref(119), {}, block_ref(139));
    CHECK_THROWS_AS(chain.writer.commit_derived(block_ref(119), {}, block_ref(139)),
                    store::StoreError);
    CHECK_THROWS_AS(chain.writer.commit_derived(block_ref(139), {}, block_ref(140)),
                    InvariantBroken);
    CHECK(chain.writer.load_cursor() == block_ref(139));
    REQUIRE(chain.writer.roll_back(at(119)).has_value());
    CHECK_THROWS_AS(chain.writer.commit_derived(block_ref(119), {}, block_ref(119, 'B')),
                    InvariantBroken);
}
