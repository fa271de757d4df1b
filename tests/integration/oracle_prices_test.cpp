#include <doctest/doctest.h>

#include "app/bookkeeper/bookkeeper.hpp"
#include "app/config/market_spec.hpp"
#include "app/node/node_server.hpp"
#include "app/prices/node_prices.hpp"
#include "indexer/store/connection.hpp"
#include "tests/support/compared.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/program.hpp"
#include "tests/support/replayed_market.hpp"
#include "tests/support/synced_chain.hpp"

namespace redink::test {
namespace {

using nlohmann::json;

// What one synchronisation told.
struct Told {
    std::vector<app::MarketResult> results;
    std::vector<std::string> notes;

    [[nodiscard]] std::size_t refusals() const {
        return static_cast<std::size_t>(
            std::count_if(notes.begin(), notes.end(), [](const std::string& note) {
                return note.find("no price of ") != std::string::npos;
            }));
    }
};

/// What nodes do when they are called.
enum class Node : std::uint8_t {
    archive,
    without_state,  ///< has pruned it: no result of a call
    without_calls   ///< does not know the method
};

node::NodeOptions options_of(Node kind) {
    RunOptions options;
    if (kind == Node::without_calls) {
        options.faults = {"no-method:name=eth_call"};
    }
    node::NodeOptions serve = serving(recorded_fronted(), options);
    if (kind == Node::without_state) {
        serve.files = {recorded_fronted().folder + "/chain.jsonl.gz"};
    }
    return serve;
}

// Every block in which something happened is valued, so that answers are there at every snapshot.
Told sync_fronted(const std::string& url,
                  const std::vector<Node>& kinds,
                  rpc::BlockId to = rpc::BlockTag::latest) {
    const Recorded recorded = recorded_fronted();
    std::vector<std::unique_ptr<node::NodeServer>> nodes;
    std::vector<std::string> endpoints;
    for (const Node kind : kinds) {
        nodes.push_back(std::make_unique<node::NodeServer>(options_of(kind)));
        endpoints.push_back(nodes.back()->url());
    }
    app::Config config = config_of(recorded, endpoints, url, app::ProofLevel::bloom);
    config.markets.front().policy.valuation_interval_seconds = 1;
    const app::Database database{config.database, app::DatabaseUse::create};
    const rpc::Clock clock{20};
    Told told;
    app::SyncRequest request;
    request.to = to;
    request.to_is_default = false;
    request.endpoints.clock = &clock;
    request.note = [&told](const std::string& note) { told.notes.push_back(note); };
    told.results = app::run_sync(config, database, request);
    REQUIRE_MESSAGE(told.results.front().outcome.has_value(),
                    told.results.front().outcome.error().text);
    return told;
}

std::vector<std::string> heads_of(const std::string& url) {
    return query(url, "SELECT book, entries, head FROM report.ledgers ORDER BY book");
}

std::string count_of(const std::string& url, const std::string& what) {
    return query(url, "SELECT count(*) FROM " + what).front();
}

// Health factors and prices of every snapshot at which every price is of the very block.
void compare_with_contracts(const std::string& url, Compared& compared, std::size_t& snapshots) {
    const json truth = read_json(recorded_fronted().folder + "/truth.json.gz");
    for (const json& snapshot : truth["snapshots"]) {
        const std::string block = snapshot["block"].dump();
        if (count_of(url,
                     "report.oracle_prices_at('m', " + block +
                         ") WHERE state NOT IN ('event', 'called') OR state = 'called' AND "
                         "age_seconds > 0") != "0") {
            continue;
        }
        ++snapshots;
        for (const Fields& row :
             rows_of(url,
                     "SELECT account, collateral_value, debt_value, health_factor FROM "
                     "report.solvency_at('m', " +
                         block + ")")) {
            if (!snapshot["users"].contains(row[0])) {
                continue;
            }
            const json& account = snapshot["users"].at(row[0]).at("account");
            const std::string at = "block " + block + " " + row[0] + " ";
            compared.equal(at + "C", row[1], account["totalCollateralBase"]);
            compared.equal(at + "D", row[2], account["totalDebtBase"]);
            compared.equal(at + "HF", row[3], account["healthFactor"]);
        }
        for (const Fields& row :
             rows_of(url, "SELECT asset, price FROM report.oracle_prices_at('m', " + block + ")")) {
            compared.equal("block " + block + " price of " + row[0],
                           row[1],
                           snapshot["reserves"].at(row[0]).at("price"));
        }
    }
}

// At every valuation the books hold allowances for what bad_debt_at says, whoever told the price.
void check_allowances(const std::string& url) {
    for (const std::string& block : query(url, "SELECT block FROM report.valuations ORDER BY 1")) {
        const auto differing =
            query(url,
                  "WITH held AS (SELECT reserve, coalesce(sum(balance), 0) AS units FROM "
                  "report.trial_balance_at('m', " +
                      block +
                      ") WHERE account IN ('allowance', 'written_off') GROUP BY reserve), "
                      "needed AS (SELECT reserve, sum(liquidation_shortfall) AS units FROM "
                      "report.bad_debt_at('m', " +
                      block +
                      ") GROUP BY reserve) SELECT reserve, held.units, needed.units FROM held "
                      "FULL JOIN needed USING (reserve) WHERE coalesce(held.units, 0) <> "
                      "coalesce(needed.units, 0)");
        CHECK_MESSAGE(differing.empty(), "block " << block);
    }
}

}  // namespace

TEST_CASE("prices behind proxies are called for, and accounts are as solvent as contracts say") {
    const std::string url = fresh_database();
    const Told told = sync_fronted(url, {Node::archive});
    CHECK(told.refusals() == 0);
    CHECK(query(url, "SELECT sum(unpriced) FROM report.valuations WHERE block <= 276").front() ==
          "0");
    Compared compared;
    std::size_t snapshots = 0;
    compare_with_contracts(url, compared, snapshots);
    for (const std::string& difference : compared.differences) {
        MESSAGE(difference);
    }
    CHECK(compared.differences.empty());
    CHECK(snapshots >= 20);
    CHECK(compared.numbers > 1'000);
    check_allowances(url);
    CHECK(count_of(url, "report.bad_debt_at('m', 201) WHERE kind = 'latent'") != "0");
    // Some answers came by Multicall3, older ones singly: it is not there before block 184.
    CHECK(count_of(url, "report.oracle_answers WHERE block < 184") != "0");
    CHECK(count_of(url, "report.oracle_answers WHERE block > 184") != "0");
    CHECK(count_of(url, "report.oracle_answers WHERE price IS NULL OR NOT canonical") == "0");

    // The trail of an entry names the answers that it rests on.
    const std::string entry =
        query(url,
              "SELECT entry_id FROM report.journal WHERE book = 'economic' AND rule = 4 AND "
              "finality = 'booked' ORDER BY position LIMIT 1")
            .front();
    CHECK(query(url,
                "SELECT json_array_length(t->'valuation'->'called_prices'), "
                "t->'valuation'->'called_prices'->0->>'block' = t->'block'->>'number' FROM "
                "report.entry_trail('m', '" +
                    entry + "') t")
              .front() == "5|t");

    SUBCASE("nobody is asked twice, and a rebuild without a node gives the same books") {
        const auto heads = heads_of(url);
        const std::string answers = count_of(url, "report.oracle_answers");
        const Told again = sync_fronted(url, {Node::without_calls});
        CHECK(again.refusals() == 0);
        const ProgramResult rebuilt = run_program({"rebuild", "--database", url, "--quiet"});
        CHECK_MESSAGE(rebuilt.exit_code == 0, rebuilt.err);
        CHECK(heads_of(url) == heads);
        CHECK(count_of(url, "report.oracle_answers") == answers);
        const ProgramResult verified = run_program({"verify", "--database", url});
        CHECK_MESSAGE(verified.exit_code == 0, verified.out);
        const std::string second = fresh_database();
        sync_fronted(second, {Node::archive}, chain::BlockNumber{150});
        sync_fronted(second, {Node::archive});
        CHECK(heads_of(second) == heads);
    }
}

TEST_CASE("a node without history leaves debtors unpriced, says so, and a later one goes on") {
    const std::string url = fresh_database();
    const Told told = sync_fronted(url, {Node::without_state}, chain::BlockNumber{230});
    REQUIRE(told.refusals() == 1);
    CHECK(told.results.front().books->booked->number == chain::BlockNumber{230});
    const std::string note = told.notes.back();
    CHECK_MESSAGE(note.find("missing trie node") != std::string::npos, note);
    CHECK_MESSAGE(note.find(" to 230)") != std::string::npos, note);
    CHECK(count_of(url, "report.oracle_answers") == "0");
    const auto unpriced = query(url, "SELECT sum(unpriced) FROM report.valuations").front();
    CHECK(unpriced != "0");
    // Neither zero nor guessed: the loss that the first test finds at this block cannot be told.
    CHECK(count_of(url, "report.bad_debt_at('m', 201) WHERE kind = 'latent'") == "0");
    CHECK(count_of(url, "report.solvency_at('m', 201) WHERE debt_value IS NULL") != "0");
    CHECK(count_of(url, "report.oracle_prices_at('m', 201) WHERE state = 'missing'") == "5");

    // What was valued stays; what comes is valued with prices.
    CHECK(sync_fronted(url, {Node::archive}).refusals() == 0);
    CHECK(query(url, "SELECT sum(unpriced) FROM report.valuations WHERE block <= 230").front() ==
          unpriced);
    CHECK(query(url, "SELECT sum(unpriced) FROM report.valuations WHERE block BETWEEN 231 AND 276")
              .front() == "0");
    const auto heads = heads_of(url);
    const ProgramResult rebuilt = run_program({"rebuild", "--database", url, "--quiet"});
    CHECK(rebuilt.exit_code == 0);
    CHECK(heads_of(url) == heads);
}

TEST_CASE("one endpoint with history is enough") {
    const std::string url = fresh_database();
    const Told told = sync_fronted(url, {Node::without_state, Node::without_calls, Node::archive});
    CHECK(told.refusals() == 0);
    CHECK(query(url, "SELECT sum(unpriced) FROM report.valuations WHERE block <= 276").front() ==
          "0");
    // Each answer is kept with who gave it, and only one had the older ones.
    CHECK(query(url, "SELECT count(DISTINCT endpoint) FROM report.oracle_answers WHERE block < 250")
              .front() == "1");
}

TEST_CASE("the books wait while no endpoint can be reached") {
    const std::string url = fresh_database();
    sync_fronted(url, {Node::archive}, chain::BlockNumber{150});
    // Indexed further, and not booked.
    query(url, "INSERT INTO ledger.halt (market_id, block_number, reason) VALUES (1, 150, 'test')");
    sync_fronted(url, {Node::archive}, chain::BlockNumber{200});
    query(url, "DELETE FROM ledger.halt");
    store::Connection connection{url};
    const auto market = *store::MarketRegistry{connection}.find_market("m");
    const auto protocol = app::find_protocol(market.protocol);
    const app::Config config =
        config_of(recorded_fronted(), {"http://127.0.0.1:1"}, url, app::ProofLevel::bloom);
    const rpc::Clock clock{1'000};
    app::NodeCalls nobody{config.chains.front(), {{}, &clock}};
    app::NodePrices prices{connection, market, *protocol, nobody};
    app::Bookkeeper bookkeeper{connection, market, *protocol};
    bookkeeper.fetch_prices = [&prices](auto blocks) { prices.fetch(blocks); };
    const app::BookOutcome waiting = bookkeeper.advance();
    REQUIRE(waiting.waits.has_value());
    CHECK_MESSAGE(waiting.waits->find("cannot be asked for now") != std::string::npos,
                  *waiting.waits);
    CHECK(waiting.posted == 0);
    CHECK(waiting.booked->number == chain::BlockNumber{150});
    CHECK(count_of(url, "report.oracle_answers WHERE block > 150") == "0");

    // The same bookkeeper goes on once somebody answers.
    node::NodeServer node{serving(recorded_fronted(), {})};
    const app::Config reachable =
        config_of(recorded_fronted(), {node.url()}, url, app::ProofLevel::bloom);
    app::NodeCalls calls{reachable.chains.front(), {}};
    app::NodePrices found{connection, market, *protocol, calls};
    bookkeeper.fetch_prices = [&found](auto blocks) { found.fetch(blocks); };
    const app::BookOutcome done = bookkeeper.advance();
    CHECK_FALSE(done.waits.has_value());
    CHECK(done.booked->number == chain::BlockNumber{200});
    CHECK(query(url, "SELECT sum(unpriced) FROM report.valuations").front() == "0");
}

}  // namespace redink::test
