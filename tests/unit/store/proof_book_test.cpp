#include "indexer/store/proof_book.hpp"

#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"
#include "indexer/store/errors.hpp"
#include "tests/support/log_maker.hpp"
#include "tests/support/stored_chain.hpp"

using namespace redink;
using store::ProofBook;
using store::Raised;
using store::StoreErrc;
using test::log_at;

namespace {

constexpr const char* kCoverage =
    "SELECT source_id, from_block, to_block, proof, endpoint_id FROM redink.coverage ORDER BY 1, 2";
constexpr const char* kLogs =
    "SELECT block, log_index, data FROM report.logs WHERE canonical ORDER BY 1, 2";
constexpr const char* kRefuted =
    "SELECT block, log_index, data, reason, proof, endpoint, refuting_proof, refuting_endpoint "
    "FROM report.refuted_logs ORDER BY 1, 2";
constexpr const char* kVersion = "SELECT adapter_version FROM redink.market ORDER BY market_id";

store::WeakSearch weaker_than(std::string_view target, std::uint64_t up_to, std::uint64_t most) {
    return {target, chain::BlockNumber{up_to}, most};
}

chain::BlockRange blocks(std::uint64_t first, std::uint64_t last) {
    return {chain::BlockNumber{first}, chain::BlockNumber{last}};
}

chain::Log of_contract(chain::Log log, std::uint8_t contract) {
    log.address = test::address_of(contract);
    return log;
}

// Blocks 100 to 119 on the proof "bloom" of the first endpoint, with logs in 101, 105 and 110.
struct Stored : test::StoredChain {
    Stored() {
        source = add_source({1});
        commit(facts(100, 119, {log_at(101, 0), log_at(105, 2), log_at(110, 7)}, "bloom"));
    }

    store::RangeFacts proof(std::uint64_t first,
                            std::uint64_t last,
                            std::vector<chain::Log> logs,
                            const std::string& level = "receipts") {
        store::RangeFacts proved = facts(first, last, std::move(logs), level);
        proved.endpoint = second_endpoint;
        return proved;
    }

    std::int32_t source = 0;
    ProofBook book{connection, market};
};

}  // namespace

TEST_CASE("a proof that agrees raises exactly its range") {
    Stored chain;
    const Result<Raised> raised =
        chain.book.raise(chain.proof(104, 110, {log_at(105, 2), log_at(110, 7)}));
    REQUIRE(raised.has_value());
    CHECK(raised->inserted == 0);
    CHECK(raised->refuted == 0);
    CHECK_FALSE(raised->first_changed);
    CHECK(chain.ask(kCoverage) == "1|100|103|bloom|1\n1|104|110|receipts|2\n1|111|119|bloom|1");
    CHECK(chain.ask(kVersion) == "7");
    REQUIRE(chain.book.raise(chain.proof(111, 119, {})).has_value());
    REQUIRE(chain.book.raise(chain.proof(100, 103, {log_at(101, 0)})).has_value());
    CHECK(chain.ask(kCoverage) == "1|100|119|receipts|2");
    CHECK(chain.ask(kRefuted).empty());
}

TEST_CASE("logs left out, altered and invented are put right and kept as refuted") {
    Stored chain;
    const Result<Raised> raised =
        chain.book.raise(chain.proof(104, 119, {log_at(105, 2, 0x99), log_at(112, 0, 0x88)}));
    REQUIRE(raised.has_value());
    CHECK(raised->inserted == 2);
    CHECK(raised->refuted == 2);
    CHECK(raised->first_changed == chain::BlockNumber{105});
    CHECK(chain.ask(kLogs) == "101|0|0x00\n105|2|0x99\n112|0|0x88");
    CHECK(chain.ask(kRefuted) ==
          "105|2|0x00|altered|bloom|http://first:1|receipts|http://second:1\n"
          "110|7|0x00|invented|bloom|http://first:1|receipts|http://second:1");
    CHECK(chain.ask(kVersion) == "0");
}

TEST_CASE("a change ahead of the cursor needs no deriving again") {
    Stored chain;
    chain.ask("UPDATE redink.cursor SET block_number = 104 RETURNING 1");
    REQUIRE(chain.book.raise(chain.proof(105, 119, {})).has_value());
    CHECK(chain.ask(kVersion) == "7");
}

TEST_CASE("every market that holds the contract is derived again") {
    Stored chain;
    const store::MarketRecord other = chain.add_market("other");
    const store::MarketRecord apart = chain.add_market("apart");
    for (const auto& [market, contract] : {std::pair{other, 1}, std::pair{apart, 9}}) {
        store::MarketWriter writer{chain.connection, market};
        writer.add_source({test::address_of(static_cast<std::uint8_t>(contract))});
        store::RangeFacts same = chain.facts(100, 119, {}, "headers");
        same.sources = {chain.registry.load_sources(market.id).back().id};
        writer.commit(std::nullopt, same, {}, test::block_ref(119));
    }
    REQUIRE(chain.book.raise(chain.proof(100, 119, {log_at(101, 0), log_at(105, 2)})).has_value());
    CHECK(chain.ask(kVersion) == "0\n0\n7");
}

TEST_CASE("a level is never lowered, and nothing is touched where it is as high already") {
    Stored chain;
    REQUIRE(chain.book.raise(chain.proof(104, 106, {log_at(105, 2)}, "second-source")).has_value());
    const std::string before = chain.ask(kCoverage);
    for (const std::string level : {"headers", "bloom", "second-source"}) {
        CAPTURE(level);
        const Result<Raised> refused = chain.book.raise(chain.proof(100, 104, {}, level));
        REQUIRE(refused.has_error());
        CHECK(refused.error().code == StoreErrc::proof_refused);
        CHECK(refused.error().text.find("already") != std::string::npos);
    }
    CHECK(chain.ask(kCoverage) == before);
    CHECK(chain.ask(kLogs) == "101|0|0x00\n105|2|0x00\n110|7|0x00");
    CHECK(chain.book.raise(chain.proof(100, 119, {log_at(101, 0)})).has_value());
}

TEST_CASE("what is not covered cannot be raised") {
    Stored chain;
    const Result<Raised> beyond = chain.book.raise(chain.proof(115, 120, {}));
    REQUIRE(beyond.has_error());
    CHECK(beyond.error().text ==
          "source 1 does not cover blocks 115 to 120: there is nothing to raise");
    chain.add_source({2});
    CHECK(chain.book.raise(chain.proof(100, 110, {})).has_error());
}

TEST_CASE("a proof of another branch is refused as a reorganisation") {
    Stored chain;
    store::RangeFacts other = chain.facts(104, 110, {}, "receipts", 'B');
    const Result<Raised> refused = chain.book.raise(other);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == StoreErrc::reorganised);
    CHECK(refused.error().text.find("block 104 is stored as 0x") == 0);
    CHECK(chain.ask(kCoverage) == "1|100|119|bloom|1");
}

TEST_CASE("a stored block without a header in the proof is not judged") {
    Stored chain;
    store::RangeFacts lacking = chain.proof(104, 110, {});
    lacking.headers.erase(lacking.headers.begin() + 1);
    const Result<Raised> refused = chain.book.raise(lacking);
    REQUIRE(refused.has_error());
    CHECK(refused.error().text.find("lacks the header of block 105") != std::string::npos);
}

TEST_CASE("headers that were not stored are added") {
    test::StoredChain chain;
    chain.add_source({1});
    store::RangeFacts few = chain.facts(100, 110);
    few.headers.erase(few.headers.begin(), few.headers.end() - 1);
    chain.commit(few);
    REQUIRE(chain.ask("SELECT count(*) FROM redink.block") == "1");
    ProofBook book{chain.connection, chain.market};
    REQUIRE(book.raise(chain.facts(100, 105, {}, "bloom")).has_value());
    CHECK(chain.ask("SELECT count(*), min(number) FROM redink.block") == "7|100");
}

TEST_CASE("logs that were not asked for and those of other contracts stay") {
    Stored chain;
    chain.commit(chain.facts(120, 121, {of_contract(log_at(120, 0), 9), log_at(120, 1)}));
    const auto none = [](const chain::Log&) { return false; };
    store::RangeFacts empty = chain.proof(120, 121, {});
    const Result<Raised> raised = chain.book.raise(empty, none);
    REQUIRE(raised.has_value());
    CHECK(raised->refuted == 0);
    CHECK(chain.ask("SELECT count(*) FROM report.logs WHERE block = 120") == "2");
}

TEST_CASE("an invented log of another contract gives way to the one whose place it has") {
    Stored chain;
    chain.commit(chain.facts(120, 121, {of_contract(log_at(120, 0), 9)}));
    const Result<Raised> raised = chain.book.raise(chain.proof(120, 121, {log_at(120, 0, 5)}));
    REQUIRE(raised.has_value());
    CHECK(raised->inserted == 1);
    CHECK(raised->refuted == 1);
    CHECK(chain.ask("SELECT data FROM report.logs WHERE block = 120") == "0x05");
}

TEST_CASE("what another source has on as good a proof is not denied") {
    Stored chain;
    const store::MarketRecord other = chain.add_market("other");
    store::MarketWriter writer{chain.connection, other};
    writer.add_source({test::address_of(1)});
    store::RangeFacts good = chain.facts(100, 119, {log_at(105, 2)}, "receipts");
    good.sources = {chain.registry.load_sources(other.id).back().id};
    writer.commit(std::nullopt, good, {}, test::block_ref(119));
    const Result<Raised> refused = chain.book.raise(chain.proof(104, 106, {}));
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == StoreErrc::proof_refused);
    CHECK(refused.error().text.find("log 2 of block 105 contradicts") == 0);
    CHECK(chain.ask(kRefuted).empty());
    CHECK(chain.ask("SELECT count(*) FROM redink.coverage WHERE proof = 'receipts'") == "1");
}

TEST_CASE("the weakest blocks are found from below, with the sources that share them") {
    test::StoredChain chain;
    const std::int32_t first = chain.add_source({1, 2});
    ProofBook book{chain.connection, chain.market};
    CHECK_FALSE(book.load_weakest(weaker_than("receipts", 999, 10)));
    chain.commit(chain.facts(100, 119, {}, "bloom"));
    chain.commit(chain.facts(120, 129, {}, "headers"));
    const std::int32_t second = chain.add_source({3});
    store::RangeFacts late = chain.facts(110, 124, {}, "second-source");
    late.sources = {second};
    chain.writer.commit_backfill(late);

    auto weak = book.load_weakest(weaker_than("receipts", 999, 100));
    REQUIRE(weak);
    CHECK(weak->range == blocks(100, 109));
    CHECK(weak->sources == std::vector{first});
    CHECK(weak->contracts == std::vector{test::address_of(1), test::address_of(2)});
    CHECK(book.load_weakest(weaker_than("receipts", 999, 3))->range == blocks(100, 102));
    CHECK(book.load_weakest(weaker_than("receipts", 101, 3))->range == blocks(100, 101));
    CHECK(book.load_weakest(weaker_than("bloom", 999, 100))->range == blocks(120, 129));
    CHECK(book.load_weakest(weaker_than("second-source", 999, 100))->range == blocks(100, 129));
    CHECK_FALSE(book.load_weakest(weaker_than("bloom", 119, 100)));
    CHECK_FALSE(book.load_weakest(weaker_than("headers", 999, 100)));

    store::RangeFacts proved = chain.facts(100, 109, {}, "receipts");
    proved.sources = weak->sources;
    REQUIRE(book.raise(proved).has_value());
    weak = book.load_weakest(weaker_than("receipts", 999, 100));
    REQUIRE(weak);
    CHECK(weak->range == blocks(110, 124));
    CHECK(weak->sources == std::vector{first, second});
    CHECK(weak->contracts.size() == 3);
}

TEST_CASE("shares of proof make exactly a hundred, with what is not fetched") {
    test::StoredChain chain;
    chain.add_source({1, 2, 3});
    chain.commit(chain.facts(100, 106, {}, "bloom"));
    ProofBook book{chain.connection, chain.market};
    REQUIRE(book.raise(chain.facts(101, 102, {}, "receipts")).has_value());
    chain.add_source({4});
    CHECK(chain.ask("SELECT source, contracts, proof, from_block, to_block, blocks, share_percent "
                    "FROM report.proof_share ORDER BY 1, redink.proof_strength(proof)") ==
          "1|3|bloom|100|106|5|53.5714\n1|3|receipts|101|102|2|21.4286\n2|1|none|||7|25.0000");
    CHECK(chain.ask("SELECT market, sum(share_percent) FROM report.proof_share GROUP BY 1") ==
          "aave|100.0000");
}
