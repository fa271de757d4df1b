#include <doctest/doctest.h>

#include "accounting/coverage/ageing.hpp"
#include "accounting/coverage/loan_quality.hpp"
#include "accounting/coverage/recovery_time.hpp"
#include "accounting/rules/entity_book.hpp"
#include "tests/support/book_history.hpp"
#include "tests/support/made_up_books.hpp"
#include "tests/support/postgres_fixture.hpp"

using namespace redink;

namespace {

using test::text_of;

constexpr std::uint64_t kLast = 160;
constexpr std::uint64_t kHalfDay = 43'200;

std::uint64_t time_of(std::uint64_t block) {
    return 1'000'000 + (block - test::kFirstBlock) * kHalfDay;
}

// A market whose blocks come every half day, booked up to the last; its reserve is made on request.
struct SlowChain : test::BookedChain {
    SlowChain() : test::BookedChain{kLast} {
        ask("UPDATE redink.block SET \"timestamp\" = 1000000 + (number - 100) * 43200");
        book({}, kLast);
    }

    void add_reserve() {
        ask("INSERT INTO derived.reserve SELECT 1, 1, 100, '\\xcc', a, a, '\\x01', '\\x02', "
            "'\\x03', 6 FROM (SELECT decode(repeat('01', 20), 'hex') AS a) x");
    }

    // What happens at a block, by the rules. Blocks must not descend.
    void happen(std::uint64_t block, const events::DomainEvent& event) {
        std::vector<ledger::Entry> entries;
        for (rules::Posting& posting : kept.apply(event)) {
            ledger::Entry entry;
            entry.book = posting.book;
            entry.rule = posting.rule;
            entry.entity = test::entity_of(1);
            entry.origin = test::origin_at(block, events++);
            entry.origin.block.time = time_of(block);
            entry.origin.ordinal = static_cast<std::uint32_t>(entries.size());
            entry.legs = std::move(posting.legs);
            entry.narrative = std::move(posting.narrative);
            entries.push_back(std::move(entry));
        }
        books.append(entries);
    }

    std::string at(const std::string& columns, const std::string& report, std::uint64_t block) {
        return ask("SELECT " + columns + " FROM report." + report + "_at('aave', " +
                   std::to_string(block) + ")");
    }

    rules::EntityBook kept;
    std::uint32_t events = 0;
};

const PartyId kLender = test::party_of(1);
const PartyId kDebtor = test::party_of(5);

events::InterestAccrued interest(std::uint64_t lenders, std::uint64_t treasury) {
    return {SignedUnits::plus(lenders + treasury),
            {},
            SignedUnits::plus(lenders),
            SignedUnits::plus(treasury),
            {}};
}

constexpr std::array kReports{"liquidity",
                              "lender_value",
                              "cover_ratios",
                              "stress_cover",
                              "provision_cover",
                              "cure_rates",
                              "vintages",
                              "recognition_lag",
                              "time_to_cover"};

}  // namespace

TEST_CASE("a market without reserves has no metrics, and none fails") {
    SlowChain chain;
    for (const char* report : kReports) {
        CAPTURE(report);
        CHECK(chain.at("count(*)", report, test::kFirstBlock) == "0");
        CHECK(chain.at("count(*)", report, kLast) == "0");
        CHECK(chain.refusal_of(std::string{"SELECT * FROM report."} + report + "_at('aave', 161)")
                  .find("is not indexed") != std::string::npos);
    }
}

TEST_CASE("a reserve without money or debts has no exposure") {
    SlowChain chain;
    chain.add_reserve();
    CHECK(chain.at("utilisation, withdrawable_share, hours_to_dry, hours_to_dry_state, blocks_24h, "
                   "full_blocks_24h, blocks_30d, full_blocks_30d",
                   "liquidity",
                   kLast) == "|||done|2|0|60|0");
    CHECK(chain.at("blocks_24h, blocks_30d", "liquidity", test::kFirstBlock) == "1|1");
    CHECK(chain.at("nav_per_claim, nav_shortfall, book_share_price", "lender_value", kLast) ==
          "||");
    CHECK(chain.at("reserve_cover, insurance_cover, whole, pool_cover", "cover_ratios", kLast) ==
          "|||");
    CHECK(chain.at("days, expected_shortfall_99_24h, stress_cover", "stress_cover", kLast) ==
          "30|0|");
    CHECK(chain.at("kind, state, expected_loss, provision_cover", "provision_cover", kLast) ==
          "oracle|valued|0|\nmarket|valued|0|");
    CHECK(chain.at("count(*)", "cure_rates", kLast) == "0");
    CHECK(chain.at("DISTINCT median_daily_income, days_to_cover, days_to_cover_state",
                   "time_to_cover",
                   kLast) == "0||done");
    CHECK(chain.at("DISTINCT days_counted, median_daily_income, days_to_cover_state",
                   "time_to_cover",
                   test::kFirstBlock) == "0||done");
}

TEST_CASE("blocks count from the one in which the utilisation comes to 99 %") {
    SlowChain chain;
    chain.add_reserve();
    chain.happen(101, events::Supplied{kLender, 10'000});
    chain.happen(110, events::Borrowed{kDebtor, 9'899});
    chain.happen(120, events::Borrowed{kDebtor, 1});
    chain.happen(130, events::Borrowed{kDebtor, 100});
    chain.happen(140, events::Repaid{kDebtor, 101});
    const auto full = [&](std::uint64_t block) {
        return chain.at("full_blocks_24h, full_blocks_30d", "liquidity", block);
    };
    CHECK(full(119) == "0|0");
    CHECK(full(120) == "1|1");
    CHECK(full(131) == "2|12");
    CHECK(full(140) == "1|20");
    CHECK(full(160) == "0|20");
    CHECK(chain.at("net_outflow_24h, hours_to_dry, hours_to_dry_state", "liquidity", 110) ==
          "9899|0.244873219517122941|finite");
    CHECK(chain.at("net_outflow_24h, hours_to_dry, hours_to_dry_state", "liquidity", 130) ==
          "100||done");
    CHECK(chain.at("net_outflow_24h, hours_to_dry, hours_to_dry_state", "liquidity", 140) ==
          "-101||never");
}

TEST_CASE("a loss is covered by income in whole days, and never without any") {
    SlowChain chain;
    chain.add_reserve();
    chain.happen(101, events::Supplied{kLender, 10'000});
    chain.happen(101, events::Borrowed{kDebtor, 5'000});
    chain.happen(102, events::DeficitCreated{kDebtor, 1'000});
    CHECK(chain.at("DISTINCT open_loss, median_daily_income, days_to_cover, days_to_cover_state",
                   "time_to_cover",
                   103) == "1000|0||never");
    // 58 half days pass until then: 29 whole days, 3 a day and some.
    chain.happen(160, interest(900, 100));
    const auto days = [&](const std::string& declines) {
        return chain.ask(
            "SELECT days_counted, median_daily_income, days_to_cover, days_to_cover_state FROM "
            "report.time_to_cover_at('aave', 160, '" +
            declines + "') WHERE window_days = 30");
    };
    CHECK(days("{0}") == "30|3|334|finite");
    CHECK(days("{3300,3400,10000}") == "30|3|500|finite\n30|3|1000|finite\n30|3||never");
    for (const char* declines : {"{-1}", "{10001}", "{NULL}"}) {
        CHECK(chain
                  .refusal_of(std::string{"SELECT * FROM report.time_to_cover_at('aave', 160, '"} +
                              declines + "')")
                  .find("borrows shrink by 0 to 10000") != std::string::npos);
    }
}

TEST_CASE("income that was taken back is none") {
    SlowChain chain;
    chain.add_reserve();
    chain.happen(101, events::Supplied{kLender, 10'000});
    chain.happen(101, events::Borrowed{kDebtor, 5'000});
    chain.happen(150, interest(900, 4'900));
    const std::string income = "SELECT sum(income) FROM ledger.daily_income(1, 160, 90)";
    CHECK(chain.ask(income) == "4900");
    std::vector<ledger::Entry> mirrors;
    chain.reader.load_entries(ledger::Book::contract, 1, [&](const store::StoredEntry& row) {
        if (row.entry.rule == ledger::Rule::interest) {
            mirrors.push_back(ledger::mirror_of(row.entry, row.identity));
        }
    });
    chain.books.append(mirrors);
    CHECK(chain.ask(income) == "0");
}

TEST_CASE("what comes back counts for the oldest loss and by its age") {
    SlowChain chain;
    chain.add_reserve();
    chain.happen(101, events::Supplied{kLender, 10'000});
    chain.happen(101, events::Borrowed{kDebtor, 5'000});
    chain.happen(102, events::DeficitCreated{kDebtor, 100});
    chain.happen(104, events::RecoveredOpen{kDebtor, events::Source::third_party, 30});
    chain.happen(105, events::RecoveredOpen{kDebtor, events::Source::third_party, 20});
    chain.happen(140, events::DeficitCreated{kDebtor, 200});
    chain.happen(141, events::RecoveredOpen{kDebtor, events::Source::third_party, 80});
    chain.happen(142, events::LossSocialised{170});
    chain.happen(
        160,
        events::RecoveredLate{kDebtor, events::Source::third_party, events::Layer::lenders, 170});
    const std::vector<coverage::RecognisedDebt> debts{
        {100, time_of(102), {{30, time_of(104)}, {20, time_of(105)}, {50, time_of(141)}}},
        {200, time_of(140), {{30, time_of(141)}, {170, time_of(160)}}}};
    for (const std::uint64_t period : {7 * 2 * kHalfDay, 100 * 2 * kHalfDay}) {
        std::string expected;
        for (const coverage::Vintage& row : coverage::vintage_table(debts, period)) {
            expected += (expected.empty() ? "" : "\n") + std::to_string(row.from) + "|" +
                        to_decimal(row.recognised);
            for (const U256& recovered : row.recovered) {
                expected += "|" + to_decimal(recovered);
            }
            for (const Ratio& rate : row.rate) {
                expected += "|" + text_of(rate);
            }
        }
        CHECK(chain.ask("SELECT vintage, recognised, recovered_1d, recovered_7d, recovered_30d, "
                        "recovered_90d, recovered, recovery_rate_1d, recovery_rate_7d, "
                        "recovery_rate_30d, recovery_rate_90d, recovery_rate FROM "
                        "report.vintages_at('aave', 160, " +
                        std::to_string(period) + ")") == expected);
    }
    CHECK(chain.at("sum(recovered)", "vintages", 140) == "50");
    CHECK(chain.refusal_of("SELECT * FROM report.vintages_at('aave', 160, 0)")
              .find("a vintage of 0 seconds") != std::string::npos);
}

TEST_CASE("a loss that was written off before it was recorded counts once") {
    SlowChain chain;
    chain.add_reserve();
    chain.happen(101, events::Supplied{kLender, 10'000});
    chain.happen(101, events::Borrowed{kDebtor, 500});
    chain.happen(102, events::DebtValued{kDebtor, 500, 300, 0, 0});
    chain.happen(103, events::DebtWrittenOff{kDebtor, 300});
    CHECK(chain.at("losses, recognised", "vintages", 103) == "1|300");
    chain.happen(104, events::DeficitCreated{kDebtor, 350});
    CHECK(chain.at("losses, recognised, recovered", "vintages", 104) == "2|350|0");
    chain.happen(105, events::RecoveredOpen{kDebtor, events::Source::third_party, 320});
    CHECK(chain.at("losses, recognised, recovered", "vintages", 105) == "2|350|320");
}

TEST_CASE("a market from block 0 on, with gaps between stored blocks, is looked up by time") {
    SlowChain chain;
    chain.add_reserve();
    chain.happen(101, events::Supplied{kLender, 10'000});
    chain.ask(
        "UPDATE redink.market SET from_block = 0; INSERT INTO redink.block VALUES (1, 0, 0, "
        "'\\x00', '\\x00', 500000), (1, 7, 0, '\\x07', '\\x00', 600000)");
    CHECK(chain.at("cash, blocks_24h, blocks_30d", "liquidity", 0).empty());
    CHECK(chain.at("cash, blocks_24h, blocks_30d", "liquidity", 102) == "10000|2|103");
    for (const std::uint64_t block : {0U, 7U, 100U, 101U, 130U, 160U}) {
        for (const std::uint64_t time :
             {0U, 499'999U, 500'000U, 700'000U, 1'000'000U, 1'086'399U, 1'086'400U, 9'000'000U}) {
            CAPTURE(block);
            CAPTURE(time);
            const std::string limits = std::to_string(time) + ", " + std::to_string(block) + ")";
            CHECK(chain.ask("SELECT redink.block_at_time(1, " + limits) ==
                  chain.ask("SELECT max(number) FROM redink.block WHERE (\"timestamp\", number) <= "
                            "(" +
                            limits + " AND \"timestamp\" <= " + std::to_string(time) +
                            " AND number <= " + std::to_string(block)));
        }
    }
}

TEST_CASE("SQL takes the middle of incomes and the net of legs as accounting does") {
    SlowChain chain;
    test::RandomSource random{test::kSeed};
    INFO("seed ", test::kSeed);
    for (int i = 0; i < 1'000; ++i) {
        std::vector<SignedUnits> days(random.below(6));
        std::string list = "'{";
        for (SignedUnits& day : days) {
            const U256 units = random.number() >> (random.below(2) == 0 ? 250 : 2);
            day = random.below(2) == 0 ? SignedUnits::plus(units) : SignedUnits::minus(units);
            list += (list.size() > 2 ? "," : "") + text_of(day);
        }
        const auto median = coverage::median_income(days);
        CAPTURE(list);
        CHECK(chain.ask("SELECT redink.median_down(" + list + "}'::numeric[])") ==
              (median ? text_of(*median) : ""));
    }
    for (const auto& [account, net] : std::map<std::string, std::string>{
             {"101", "7"}, {"102", "-12"}, {"201", "5"}, {"203", "0"}}) {
        CHECK(chain.ask("SELECT ledger.net_of('{101,102,102,201}', '{t,f,f,t}', '{7,10,2,5}', " +
                        account + "::smallint)") == net);
    }
}

TEST_CASE("a scenario's prices have a provision cover of their own") {
    const std::string url = test::fresh_database();
    REQUIRE(test::sync_recorded(test::recorded_v36(), url).has_value());
    test::query(url,
                "INSERT INTO ledger.price_set (chain_id, kind, digest, file) SELECT chain_id, "
                "'scenario:half', decode(repeat('ab', 32), 'hex'), 'half.csv' FROM redink.chain");
    test::query(url,
                "INSERT INTO ledger.price SELECT s.price_set_id, p.asset, 454, 'me', div(p.price, "
                "2), 8, 'usd', '', b.timestamp FROM ledger.price_set s, (SELECT DISTINCT ON "
                "(asset) * FROM derived.price WHERE from_block <= 454 ORDER BY asset, from_block "
                "DESC, log_index DESC) p, redink.block b WHERE b.number = 454 AND b.canonical");
    const auto rows = test::rows_of(
        url,
        "SELECT c.allowance, c.expected_loss, c.provision_cover, c.deficits + v.units - "
        "c.written_off, c.state FROM report.provision_cover_at('m', 454) c JOIN (SELECT reserve, "
        "sum(market_shortfall) AS units FROM report.bad_debt_views_at('m', 454, 'scenario:half') "
        "GROUP BY 1) v USING (reserve) WHERE c.kind = 'scenario:half'");
    CHECK(rows.size() > 2);
    for (const test::Fields& row : rows) {
        CHECK(row[4] == "valued");
        CHECK(row[1] == row[3]);
        CHECK(row[2] == text_of(coverage::provision_cover({0, 0, test::number(row[0]), 0},
                                                          test::number(row[1]))));
    }
    // A day and a second later the prices are too old.
    CHECK(test::rows_of(url,
                        "SELECT count(*) FROM report.provision_cover_at('m', 530) WHERE kind = "
                        "'scenario:half' AND state = 'stale' AND expected_loss IS NULL")
              .front()[0] != "0");
}
