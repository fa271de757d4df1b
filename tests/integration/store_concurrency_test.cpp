#include <atomic>
#include <set>
#include <thread>

#include <doctest/doctest.h>
#include <pqxx/pqxx>

#include "indexer/store/lease_book.hpp"
#include "indexer/store/migrations.hpp"
#include "tests/property/random_source.hpp"
#include "tests/support/log_maker.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/stored_chain.hpp"

using namespace redink;
using namespace std::chrono_literals;
using store::Connection;

namespace {

constexpr std::size_t kThreads = 4;

// Runs `work(n)` on four threads and tells what the first that failed said.
template <class Work>
std::string run_at_once(Work work) {
    std::vector<std::thread> threads;
    std::array<std::string, kThreads> errors;
    for (std::size_t n = 0; n < kThreads; ++n) {
        threads.emplace_back([&errors, &work, n] {
            try {
                work(n);
            } catch (const std::exception& error) {
                errors.at(n) = error.what();
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (const std::string& error : errors) {
        if (!error.empty()) {
            return error;
        }
    }
    return "";
}

store::MarketRecord market_of(const std::string& name, std::uint64_t chain_id) {
    store::MarketRecord market;
    market.chain_id = chain_id;
    market.chain = "chain " + std::to_string(chain_id);
    market.name = name;
    market.protocol = "aave-v3";
    market.from_block = chain::BlockNumber{100};
    return market;
}

}  // namespace

TEST_CASE("four processes set up a database, chains, markets, sources and endpoints at once") {
    const std::string url = test::fresh_database();
    const auto work = [&url](std::size_t n) {
        Connection connection{url};
        store::migrate(connection, store::embedded_sql());
        store::MarketRegistry registry{connection};
        // Chain 1 is everybody's, the others are one's own.
        for (const std::uint64_t chain_id : {std::uint64_t{1}, 10 + n}) {
            const std::string own = "market " + std::to_string(chain_id) + std::to_string(n);
            for (const std::string& name : {std::string{"shared"}, own}) {
                const std::uint64_t chain = name == "shared" ? 1 : chain_id;
                const auto market = registry.register_market(market_of(name, chain));
                store::MarketWriter writer{connection, market};
                writer.add_source({test::address_of(1)});
                static_cast<void>(registry.register_endpoint(chain, "http://node:1"));
                registry.save_events("aave-v3", {{{}, 1, "Event", "Event()"}});
                registry.save_token(chain, {test::address_of(1), "T", std::nullopt});
            }
        }
    };
    CHECK(run_at_once(work) == "");
    Connection connection{url};
    pqxx::work txn{connection.session()};
    const auto count = [&txn](const std::string& what) {
        return txn.exec1("SELECT count(*) FROM " + what)[0].as<int>();
    };
    CHECK(count("redink.chain") == 5);
    CHECK(count("redink.market") == 9);
    CHECK(count("redink.source") == 16);
    CHECK(count("redink.endpoint") == 5);
    CHECK(count("redink.token") == 5);
    CHECK(count("pg_inherits WHERE inhparent = 'derived.position_version'::regclass") == 5);
}

TEST_CASE("a new chain does not wait for one that is being written") {
    test::StoredChain chain;
    pqxx::work writing{chain.connection.session()};
    writing.exec("DELETE FROM derived.position_version WHERE market_id = 1");
    writing.exec("DELETE FROM redink.log WHERE chain_id = 1");
    Connection other{chain.url};
    pqxx::work txn{other.session()};
    txn.exec("SET LOCAL lock_timeout = '2s'");
    txn.exec("SELECT redink.add_chain(2, 'base')");
    txn.exec("SELECT redink.add_chain(2, 'base')");
    txn.exec("INSERT INTO derived.position_version VALUES (2, 1, 1, 1, 1, false, 0, 0)");
    txn.commit();
    writing.commit();
    CHECK(chain.ask("SELECT count(*) FROM derived.position_version_2") == "1");
    CHECK(chain.ask("SELECT count(*) FROM pg_indexes WHERE tablename = 'position_version_2'") ==
          chain.ask("SELECT count(*) FROM pg_indexes WHERE tablename = 'position_version_1'"));
}

TEST_CASE("four workers fetch a thousand ranges, each block once and none left out") {
    test::StoredChain chain;
    chain.add_source({1});
    constexpr std::uint64_t kRanges = 1'000;
    constexpr std::uint64_t kRangeBlocks = 5;
    const std::uint64_t last = test::kFirstBlock + kRanges * kRangeBlocks - 1;
    store::LeaseBook{chain.connection, chain.market}.announce(test::block_ref(last));
    // What a worker needs is made here: the fixture's connection is one thread's.
    const store::RangeFacts pattern = chain.facts(100, 100);
    std::array<std::uint64_t, kThreads> committed{};
    const auto work = [&](std::size_t n) {
        test::RandomSource random{test::kSeed + n};
        Connection connection{chain.url};
        store::LeaseBook book{connection, chain.market};
        const std::string worker = "worker " + std::to_string(n);
        while (const auto lease = book.claim(worker, kRangeBlocks, 3600s)) {
            if (random.below(20) == 0) {
                book.release(worker, lease->first);
                continue;
            }
            store::RangeFacts facts = pattern;
            facts.range = *lease;
            facts.headers.clear();
            for (auto at = lease->first; at <= lease->last; ++at) {
                facts.headers.push_back(test::header_of(at.value(), 'A', 'A'));
            }
            facts.logs = {test::log_at(lease->first.value(), 0)};
            committed.at(n) += lease->size();
            if (const auto done = book.commit_facts(worker, facts); !done) {
                throw std::runtime_error{done.error().text};
            }
        }
    };
    INFO("seed " << test::kSeed);
    CHECK(run_at_once(work) == "");
    CHECK(committed[0] + committed[1] + committed[2] + committed[3] == kRanges * kRangeBlocks);
    CHECK(std::count(committed.begin(), committed.end(), 0U) == 0);
    CHECK(chain.ask("SELECT count(*), count(DISTINCT number) FROM redink.block") == "5000|5000");
    CHECK(chain.ask("SELECT from_block, to_block FROM redink.coverage") == "100|5099");
    CHECK(chain.ask("SELECT count(*) FROM redink.lease") == "0");
    CHECK(chain.writer.load_covered() == chain::BlockNumber{last});
}

TEST_CASE("markets of one chain share its blocks when they are written at once") {
    test::StoredChain chain;
    std::vector<store::MarketRecord> markets;
    for (std::size_t n = 0; n < kThreads; ++n) {
        markets.push_back(chain.add_market("market " + std::to_string(n)));
        store::MarketWriter{chain.connection, markets.back()}.add_source({test::address_of(1)});
    }
    const store::RangeFacts pattern =
        chain.facts(100, 129, {test::log_at(105, 0), test::log_at(125, 3)});
    const auto work = [&](std::size_t n) {
        Connection connection{chain.url};
        store::MarketWriter writer{connection, markets.at(n)};
        store::RangeFacts facts = pattern;
        facts.sources = {static_cast<std::int32_t>(n) + 1};
        writer.commit(std::nullopt, facts, {}, test::block_ref(129));
    };
    CHECK(run_at_once(work) == "");
    CHECK(chain.ask("SELECT count(*) FROM redink.block") == "30");
    CHECK(chain.ask("SELECT count(*) FROM redink.log") == "2");
    CHECK(chain.ask("SELECT count(*) FROM redink.cursor") == "4");
}
