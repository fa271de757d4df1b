#include <doctest/doctest.h>

#include "accounting/coverage/ageing.hpp"
#include "accounting/coverage/lender_value.hpp"
#include "accounting/coverage/liquidity.hpp"
#include "accounting/coverage/loan_quality.hpp"
#include "accounting/coverage/recovery_time.hpp"
#include "accounting/coverage/run_risk.hpp"
#include "accounting/waterfall/allocate.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/synced_chain.hpp"

using namespace redink;

namespace {

using test::Fields;

std::vector<Fields> rows_of(const std::string& sql) {
    return test::rows_of(test::booked_v36(), sql);
}

U256 number(const std::string& text) {
    return text.starts_with('-') || text.empty() ? U256{0} : from_decimal(text).value();
}

// As a report shows a ratio: 18 digits, or nothing.
std::string text_of(const Ratio& ratio) {
    if (!ratio) {
        return "";
    }
    std::string text = to_decimal(*ratio);
    text.insert(0, text.size() > 18 ? 0 : 19 - text.size(), '0');
    return text.insert(text.size() - 18, ".");
}

constexpr std::array kBlocks{120, 256, 358, 446, 454, 530, 632, 654, 718};

}  // namespace

TEST_CASE("the quality of loans is what accounting/coverage makes of the books") {
    std::size_t impaired = 0;
    for (const int block : kBlocks) {
        CAPTURE(block);
        for (const Fields& row :
             rows_of("SELECT gross_loans, gross_stage_3, allowance, allowance_stage_3, "
                     "reserve_capital, npl_ratio, npl_cover, texas_ratio, valued_block, reserve, "
                     "gross_stage_2 FROM report.loan_quality_at('m', " +
                     std::to_string(block) + ")")) {
            const coverage::LoanBook book{
                number(row[0]), number(row[1]), number(row[2]), number(row[3])};
            CHECK(row[5] == text_of(coverage::npl_ratio(book)));
            CHECK(row[6] == text_of(coverage::npl_cover(book)));
            CHECK(row[7] == text_of(coverage::texas_ratio(book, number(row[4]))));
            impaired += book.impaired.is_zero() ? 0U : 1U;
            CHECK(book.impaired + number(row[10]) <= book.gross);
            CHECK(number(row[8]) <= U256{static_cast<std::uint64_t>(block)});
            // Of no debt that is valued one by one more is held than the books hold in all.
            CHECK(book.allowance_stage_3 <= book.allowance);
        }
    }
    CHECK(impaired > 0);
    CHECK(rows_of("SELECT count(*) FROM report.loan_quality_at('m', 25)").front()[0] == "0");
}

TEST_CASE("the risk of a run is what accounting/coverage makes of books and claims") {
    std::size_t exposed = 0;
    for (const int block : kBlocks) {
        CAPTURE(block);
        const std::string at = "_at('m', " + std::to_string(block) + ")";
        for (const Fields& row : rows_of(
                 "SELECT reserve, cash, loans, claims, unshared_loss, utilisation, "
                 "withdrawable_share, haircut, haircut_max, first_mover_advantage, top_1_share, "
                 "top_5_share, top_20_share, net_assets, nav_per_claim, lenders FROM "
                 "report.run_risk" +
                 at)) {
            const coverage::Liquidity liquidity{number(row[1]), number(row[2])};
            CHECK(row[5] == text_of(coverage::utilisation(liquidity)));
            CHECK(row[6] == text_of(coverage::withdrawable_part(liquidity.cash, number(row[3]))));
            const auto first =
                coverage::first_mover({number(row[4]), number(row[3]), liquidity.cash});
            CHECK(row[7] == text_of(first.haircut));
            CHECK(row[8] == text_of(first.haircut_max));
            CHECK(row[9] == text_of(first.advantage));
            exposed += number(row[4]).is_zero() ? 0U : 1U;
            std::vector<U256> claims;
            for (const Fields& claim :
                 rows_of("SELECT amount FROM report.positions" + at +
                         " WHERE side = 'supply' AND reserve = '" + row[0] + "'")) {
                claims.push_back(number(claim[0]));
            }
            CHECK(row[10] == text_of(coverage::share_of_largest(claims, 1)));
            CHECK(row[11] == text_of(coverage::share_of_largest(claims, 5)));
            CHECK(row[12] == text_of(coverage::share_of_largest(claims, 20)));
            std::map<std::string, U256> balances;
            for (const Fields& balance :
                 rows_of("SELECT account, balance FROM report.trial_balance" + at +
                         " WHERE reserve = '" + row[0] + "'")) {
                balances[balance[0]] = number(balance[1]);
            }
            const Fields covered =
                rows_of("SELECT sum(planned) FROM report.coverage" + at +
                        " WHERE layer <> 'lenders' AND reserve = '" + row[0] + "'")
                    .front();
            const auto value = coverage::lender_value({balances["cash"],
                                                       balances["loans"],
                                                       balances["deficit.open"],
                                                       balances["allowance"],
                                                       balances["written_off"],
                                                       number(covered[0]),
                                                       balances["claims.lenders"]});
            CHECK(number(row[13]) == value.net_assets);
            CHECK(row[14] == text_of(value.per_claim));
        }
    }
    CHECK(exposed > 0);
}

TEST_CASE("open debt is as old as accounting/coverage says, and none is left out") {
    for (const int block : kBlocks) {
        CAPTURE(block);
        const std::string at = "_at('m', " + std::to_string(block) + ")";
        std::map<std::string, std::vector<coverage::OpenDebt>> debts;
        for (const Fields& row : rows_of(
                 "SELECT d.reserve || ' ' || d.kind, d.amount, b.timestamp FROM report.bad_debt" +
                 at +
                 " d JOIN report.blocks b ON b.canonical AND b.block = "
                 "coalesce(d.recognised_block, d.first_seen_block) WHERE d.kind <> 'dust'")) {
            debts[row[0]].push_back({number(row[1]), std::stoull(row[2])});
        }
        const auto now =
            std::stoull(rows_of("SELECT timestamp FROM report.blocks WHERE canonical AND block = " +
                                std::to_string(block))
                            .front()[0]);
        std::map<std::string, std::string> expected;
        for (const auto& [owner, open] : debts) {
            const coverage::ByAge amounts = coverage::ageing(open, now);
            for (std::size_t i = 0; i < amounts.size(); ++i) {
                if (!amounts.at(i).is_zero()) {
                    expected[owner + " " + std::string{coverage::age_bucket_name(i)}] =
                        to_decimal(amounts.at(i));
                }
            }
        }
        std::map<std::string, std::string> found;
        for (const Fields& row : rows_of("SELECT reserve || ' ' || kind || ' ' || age, amount FROM "
                                         "report.ageing" +
                                         at)) {
            found[row[0]] = row[1];
        }
        CHECK(found == expected);
    }
}

TEST_CASE("every recorded loss has a history with its lag and the end of its cover") {
    const auto rows = rows_of(
        "SELECT block, recognised_block, lag_blocks, state, recognised, open, covered_block FROM "
        "report.loss_history WHERE recognised > 0");
    CHECK(rows.size() > 10);
    bool lags = false;
    for (const Fields& row : rows) {
        const auto lag = coverage::recognition_lag({std::stoull(row[0]), std::stoull(row[1])}, 718);
        REQUIRE(lag.has_value());
        CHECK(row[2] == std::to_string(lag->blocks));
        lags = lags || lag->blocks > 0;
        CHECK((row[3] == "covered") == (row[5] == "0"));
        CHECK((row[3] == "covered") == !row[6].empty());
    }
    CHECK(lags);
    CHECK(rows_of("SELECT reserve, account, sum(amount) FROM report.bad_debt_history WHERE event = "
                  "'created' GROUP BY reserve, account ORDER BY 1, 2") ==
          rows_of("SELECT reserve, account, recognised FROM report.loss_history WHERE recognised > "
                  "0 ORDER BY 1, 2"));
    CHECK(rows_of("SELECT reserve, sum(open) FROM report.loss_history GROUP BY reserve HAVING "
                  "sum(open) > 0 ORDER BY reserve") ==
          rows_of("SELECT reserve, deficit FROM report.reserves_at('m', 718) WHERE deficit > 0 "
                  "ORDER BY reserve"));
    // Where valuations found a shortfall, it was there, and not at the valuation before.
    CHECK(rows_of("SELECT count(*) FROM report.loss_history h WHERE h.block < h.recognised_block "
                  "AND NOT EXISTS (SELECT FROM derived.valued_debt d WHERE d.from_block = h.block "
                  "AND d.shortfall > 0 AND redink.hex(d.account) = h.account)")
              .front()[0] == "0");
}

TEST_CASE("leakage is what accounting/coverage makes of every withdrawal at its block") {
    std::map<std::string, std::vector<coverage::EarlyWithdrawal>> withdrawals;
    for (const Fields& row : rows_of(
             "SELECT e.from_block, redink.hex(r.reserve), e.amount FROM derived.domain_event e "
             "JOIN derived.reserve r USING (market_id, reserve_id) WHERE e.kind = 2 ORDER BY 1")) {
        std::map<std::string, U256> balances;
        for (const Fields& balance : rows_of("SELECT account, balance FROM "
                                             "report.trial_balance_at('m', " +
                                             row[0] + ") WHERE reserve = '" + row[1] + "'")) {
            balances[balance[0]] = number(balance[1]);
        }
        const Fields found =
            rows_of(
                "SELECT sum(d.shortfall) FROM derived.valued_debt d JOIN derived.reserve r "
                "USING (market_id, reserve_id) WHERE d.from_block = (SELECT max(from_block) FROM "
                "derived.valuation WHERE from_block <= " +
                row[0] + ") AND d.kind <> 'dust' AND redink.hex(r.reserve) = '" + row[1] + "'")
                .front();
        const U256 loss = balances["deficit.open"] + number(found[0]);
        waterfall::Layer treasury{
            events::Layer::treasury, "treasury", balances["claims.treasury"], 10'000, {}, 0};
        const auto taken =
            waterfall::allocate({AssetId{}, loss}, std::vector{treasury, waterfall::lenders()});
        withdrawals[row[1]].push_back({number(row[2]), {taken[1], balances["claims.lenders"]}});
    }
    U256 sum = 0;
    for (const Fields& row : rows_of("SELECT reserve, leakage FROM report.leakage_at('m', 718)")) {
        CHECK(row[1] == to_decimal(coverage::leakage(withdrawals[row[0]])));
        sum += number(row[1]);
    }
    CHECK(!sum.is_zero());
    CHECK(rows_of("SELECT sum(leakage) FROM report.leakage_at('m', 100)").front()[0] == "0");
}
