#include "indexer/store/fact_writer.hpp"

#include <doctest/doctest.h>

#include "indexer/store/errors.hpp"
#include "tests/support/stored_chain.hpp"

namespace redink::test {

TEST_CASE("a log of another contract in the place of a stored one is refused, nothing is lost") {
    StoredChain chain;
    const std::int32_t first = chain.add_source({1});
    chain.commit(chain.facts(100, 109, {log_at(105, 3)}));
    store::MarketRecord other = chain.add_market("other");
    store::MarketWriter writer{chain.connection, other};
    store::RangeFacts facts = chain.facts(100, 109, {log_at(105, 3)});
    facts.sources = {};
    facts.logs.front().address = chain::Address{};
    CHECK_THROWS_AS(writer.commit(std::nullopt, facts, {}, block_ref(109)), store::StoreError);
    CHECK(chain.ask("SELECT count(*) FROM redink.cursor") == "1");
    // The same log, told to a second market, is stored once.
    facts.logs = {log_at(105, 3), log_at(106, 0)};
    writer.commit(std::nullopt, facts, {}, block_ref(109));
    CHECK(chain.ask("SELECT count(*) FROM redink.log") == "2");
    CHECK(first > 0);
}

TEST_CASE("what nodes said of the state of a replaced branch is asked anew") {
    StoredChain chain;
    chain.add_source({1});
    chain.commit(chain.facts(100, 109));
    chain.registry.save_version(
        chain.market.id, {chain::BlockNumber{103}, "3.5"}, chain.first_endpoint);
    chain.registry.save_version(
        chain.market.id, {chain::BlockNumber{108}, "3.6"}, chain.first_endpoint);
    REQUIRE(chain.writer.roll_back(chain::BlockNumber{105}).has_value());
    const auto versions = chain.registry.load_versions(chain.market.id);
    REQUIRE(versions.size() == 1);
    CHECK(versions.front().value == "3.5");
}

}  // namespace redink::test
