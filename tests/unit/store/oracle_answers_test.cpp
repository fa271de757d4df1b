#include "indexer/store/oracle_answers.hpp"

#include <doctest/doctest.h>
#include <pqxx/pqxx>

#include "indexer/chain/word.hpp"
#include "tests/unit/store/report_database.hpp"

using namespace redink;
using test::run_sql;

namespace {

const std::string kOracle = "0x3333333333333333333333333333333333333333";

// The market of ReportDatabase with an oracle, whose source for the odd token (in debt from block
// 105 on) emits nothing. The token has 0 decimals; the clock goes by 1,000 s a block from 105 on.
struct OracleDatabase : test::ReportDatabase {
    OracleDatabase() {
        run_sql(connection, R"(
UPDATE redink.block SET "timestamp" = "timestamp" + (number - 105) * 1000 WHERE number > 105;
UPDATE derived.reserve SET decimals = 0 WHERE reserve_id = 2;
UPDATE derived.position_version SET scaled = 7 WHERE position_id = 2;
INSERT INTO derived.setting VALUES (1, 'oracle', 100, '0x' || repeat('33', 20));
INSERT INTO derived.asset_source VALUES
  (1, decode(repeat('33', 20), 'hex'), decode(repeat('22', 20), 'hex'), 100, 1, '\x77', '\x98');
UPDATE derived.reserve_state SET debt_scaled = 7 WHERE reserve_id = 2;
)");
        market = *store::MarketRegistry{connection}.find_market("aave");
        endpoint = store::MarketRegistry{connection}.register_endpoint(1, "http://node:80");
    }

    static chain::Hash32 hash_of(std::uint64_t block) {
        return chain::to_word(U256{block});
    }

    void answer(std::uint64_t block,
                std::optional<U256> price,
                std::uint64_t hash = 0,
                const std::string& asset = test::kOdd) {
        const std::vector<store::OracleAnswer> answers{
            {{*chain::Address::parse(kOracle), *chain::Address::parse(asset)},
             {chain::BlockNumber{block}, hash_of(hash == 0 ? block : hash)},
             price,
             endpoint}};
        store::OracleAnswers{connection, market}.save(answers);
    }

    std::size_t unasked(std::uint64_t block) {
        return store::OracleAnswers{connection, market}
            .load_unasked(chain::BlockNumber{block})
            .size();
    }

    std::string one(const std::string& sql) {
        pqxx::nontransaction tx{connection.session()};
        const auto rows = tx.exec(sql);
        if (rows.empty()) {
            return "no row";
        }
        std::string text;
        for (const auto& field : rows[0]) {
            text += (text.empty() ? "" : " ") + std::string{field.is_null() ? "-" : field.c_str()};
        }
        return text;
    }

    std::string price(std::uint64_t block) {
        return one(
            "SELECT price, state, price_block, age_seconds FROM "
            "report.oracle_prices_at('aave', " +
            std::to_string(block) + ") WHERE asset = '" + test::kOdd + "'");
    }

    std::string debt_value(std::uint64_t block) {
        return one("SELECT debt_value FROM report.solvency_at('aave', " + std::to_string(block) +
                   ") WHERE account = '" + test::kBob + "'");
    }

    std::string booked_value(std::uint64_t block) {
        return one("SELECT debt_value FROM aave_v3.exposures_at(1, " + std::to_string(block) +
                   ", true)");
    }

    store::MarketRecord market;
    std::int32_t endpoint = 0;
};

}  // namespace

TEST_CASE("only what no event tells is asked, and only once for a block") {
    OracleDatabase database;
    const auto questions = store::OracleAnswers{database.connection, database.market}.load_unasked(
        chain::BlockNumber{105});
    REQUIRE(questions.size() == 1);
    CHECK(questions[0].oracle.hex() == kOracle);
    CHECK(questions[0].asset.hex() == test::kOdd);
    CHECK(database.price(105) == "- missing - -");
    database.answer(105, U256{300});
    CHECK(database.unasked(105) == 0);
    CHECK(database.unasked(106) == 1);
    database.answer(105, U256{999});  // what is kept stays
    CHECK(database.price(105) == "300 called 105 0");
}

TEST_CASE("reports take the newest answer that is not too old, the books only that of the block") {
    OracleDatabase database;
    database.answer(105, U256{300});
    CHECK(database.debt_value(105) == "2100");
    CHECK(database.debt_value(107) == "2100");
    CHECK(database.price(107) == "300 called 105 2002");
    CHECK(database.booked_value(105) == "2100");
    CHECK(database.booked_value(107) == "-");
    run_sql(database.connection,
            "INSERT INTO ledger.terms VALUES (1, 100, 3600, 0, 0, 0, 0, 2002, NULL, NULL, '{}', "
            "'{}')");
    CHECK(database.debt_value(107) == "2100");
    CHECK(database.debt_value(108) == "-");
    CHECK(database.price(108) == "300 stale 105 3003");
}

TEST_CASE("an oracle that has no price is not asked again, and no older answer takes its place") {
    OracleDatabase database;
    database.answer(105, U256{300});
    database.answer(106, std::nullopt);
    CHECK(database.unasked(106) == 0);
    CHECK(database.price(106) == "- none 106 0");
    CHECK(database.debt_value(106) == "-");
    CHECK(database.booked_value(106) == "-");
    CHECK(database.debt_value(105) == "2100");
}

TEST_CASE("an answer at a block that was replaced counts nowhere") {
    OracleDatabase database;
    database.answer(105, U256{300}, 77);
    CHECK(database.unasked(105) == 1);
    CHECK(database.price(105) == "- missing - -");
    database.answer(105, U256{301});
    CHECK(database.price(105) == "301 called 105 0");
    CHECK(database.one("SELECT string_agg(price || ' ' || canonical, ',' ORDER BY price) FROM "
                       "report.oracle_answers") == "300 false,301 true");
}

TEST_CASE("an answer of the source before the present one is not the present price") {
    OracleDatabase database;
    database.answer(105, U256{300});
    run_sql(database.connection,
            "INSERT INTO derived.asset_source VALUES (1, decode(repeat('33', 20), 'hex'), "
            "decode(repeat('22', 20), 'hex'), 106, 1, '\\x77', '\\x97')");
    CHECK(database.price(105) == "300 called 105 0");
    CHECK(database.price(106) == "- missing - -");
    database.answer(106, U256{310});
    CHECK(database.price(106) == "310 called 106 0");
}

TEST_CASE("a price that events tell needs no answer, and stands before one") {
    OracleDatabase database;
    run_sql(database.connection,
            "INSERT INTO derived.price VALUES (1, decode(repeat('22', 20), 'hex'), 104, 0, "
            "'\\x77', 250, '\\x98')");
    CHECK(database.unasked(105) == 0);
    database.answer(105, U256{300});
    CHECK(database.price(105) == "250 event 104 1");
    CHECK(database.debt_value(105) == "1750");
}

TEST_CASE("a reserve that nobody uses is not asked for") {
    OracleDatabase database;
    run_sql(database.connection,
            "UPDATE derived.reserve_state SET debt_scaled = 0, supply_scaled = 0 WHERE reserve_id "
            "= 2");
    CHECK(database.unasked(105) == 0);
}

TEST_CASE("a loss behind a called price is told, and begins where the answer says so") {
    OracleDatabase database;
    const std::string bad_debt =
        "SELECT kind, amount, value_at_report, first_seen_block FROM report.bad_debt_at('aave', ";
    CHECK(database.one(bad_debt + "107)") == "no row");
    database.answer(106, U256{200'000'000});
    CHECK(database.one(bad_debt + "105)") == "no row");
    CHECK(database.one(bad_debt + "107)") == "orphaned 7 1400000000 106");
}

TEST_CASE("an e-mode category's price source is asked too, and overrides unless it has no price") {
    OracleDatabase database;
    run_sql(database.connection, R"(
UPDATE derived.reserve_config SET rules = 300, emode_category = 1;
INSERT INTO derived.emode_category VALUES
  (1, 1, 100, 9000, 9300, 10100, decode(repeat('44', 20), 'hex'), 'same', '');
INSERT INTO derived.account VALUES (1, decode(repeat('bb', 20), 'hex'), 100, 1);
INSERT INTO derived.price VALUES (1, decode(repeat('22', 20), 'hex'), 104, 0, '\x77', 250, '\x98');
)");
    const std::string category = "0x4444444444444444444444444444444444444444";
    const auto questions = store::OracleAnswers{database.connection, database.market}.load_unasked(
        chain::BlockNumber{105});
    REQUIRE(questions.size() == 1);
    CHECK(questions[0].asset.hex() == category);
    CHECK(database.debt_value(105) == "-");
    database.answer(105, std::nullopt, 0, category);
    CHECK(database.debt_value(105) == "1750");
    CHECK(database.booked_value(106) == "-");
    database.answer(106, U256{400}, 0, category);
    CHECK(database.debt_value(106) == "2800");
    CHECK(database.booked_value(106) == "2800");
}

TEST_CASE("answers are never changed or removed") {
    OracleDatabase database;
    database.answer(105, U256{300});
    for (const char* sql : {"UPDATE redink.oracle_answer SET answer = 1",
                            "DELETE FROM redink.oracle_answer",
                            "TRUNCATE redink.oracle_answer"}) {
        CHECK_THROWS(run_sql(database.connection, sql));
    }
    CHECK_THROWS(run_sql(database.connection,
                         "INSERT INTO redink.oracle_answer SELECT 1, '\\x00', '\\x00', 1, '\\x00', "
                         "0, 1"));
    CHECK(database.price(105) == "300 called 105 0");
}
