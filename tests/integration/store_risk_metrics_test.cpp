#include <doctest/doctest.h>

#include "accounting/coverage/cover.hpp"
#include "accounting/coverage/lender_value.hpp"
#include "accounting/coverage/liquidity.hpp"
#include "accounting/coverage/loan_quality.hpp"
#include "tests/support/book_history.hpp"

using namespace redink;

namespace {

using test::BookHistory;
using test::Fields;
using test::number;
using test::RecordedBooks;
using test::text_of;

constexpr std::uint64_t kDay = 86'400;

U256 units_at(const BookHistory& history,
              const std::string& reserve,
              std::string_view account,
              std::uint64_t block) {
    return history.net_at(reserve, account, block).units();
}

std::string full_blocks(const BookHistory& history,
                        const std::string& reserve,
                        std::optional<std::uint64_t> before,
                        std::uint64_t block) {
    const std::uint64_t first = before ? *before + 1 : history.times().begin()->first;
    return std::to_string(
        coverage::blocks_at_utilisation(history.liquidity(reserve, block), {first, block}));
}

U256 shortfall_at(const BookHistory& history,
                  const std::string& reserve,
                  std::optional<std::uint64_t> valuation) {
    U256 sum = 0;
    if (valuation) {
        for (const test::JudgedDebt& debt : history.valuations().at(*valuation)) {
            sum += debt.reserve == reserve && debt.kind != "dust" ? debt.shortfall : U256{0};
        }
    }
    return sum;
}

// Between two valuations.
U256 loss_between(const BookHistory& history,
                  const std::string& reserve,
                  std::optional<std::uint64_t> first,
                  std::optional<std::uint64_t> last) {
    if (first == last) {
        return 0;
    }
    const U256 before = shortfall_at(history, reserve, first);
    const U256 after = shortfall_at(history, reserve, last) +
                       history.recorded(reserve, "", first.value_or(0), last.value_or(0));
    return after > before ? U256{after - before} : U256{0};
}

// Layers of cover of the newest chain while one of these lives.
class Layers {
  public:
    explicit Layers(const std::string& values) {
        test::query(test::recorded_books().front()->url,
                    "CREATE TABLE public.kept AS TABLE redink.cover_layer; DELETE FROM "
                    "redink.cover_layer; INSERT INTO redink.cover_layer SELECT m.market_id, v.* "
                    "FROM redink.market m, (VALUES " +
                        values + ") v (a, b, c, d, e, f, g, h)");
    }

    Layers(const Layers&) = delete;
    Layers& operator=(const Layers&) = delete;

    ~Layers() {
        test::query(test::recorded_books().front()->url,
                    "DELETE FROM redink.cover_layer; INSERT INTO redink.cover_layer SELECT * FROM "
                    "public.kept; DROP TABLE public.kept");
    }
};

}  // namespace

TEST_CASE("liquidity is what accounting/coverage makes of the books at valuations") {
    std::size_t finite = 0;
    test::at_every_block([&](const RecordedBooks& chain, std::uint64_t block) {
        const BookHistory& history = chain.history;
        const auto day_ago = history.block_before(block, kDay);
        const auto month_ago = history.block_before(block, 30 * kDay);
        for (const Fields& row : chain.rows_of(
                 "reserve, cash, loans, claims, utilisation, withdrawable_share, net_outflow_24h, "
                 "hours_to_dry, hours_to_dry_state, full_blocks_24h, full_blocks_30d, blocks_24h, "
                 "blocks_30d",
                 "liquidity",
                 block)) {
            const U256 cash = units_at(history, row[0], "cash", block);
            const coverage::Liquidity now{cash, units_at(history, row[0], "loans", block)};
            CHECK(number(row[1]) == cash);
            CHECK(number(row[2]) == now.loans);
            CHECK(number(row[3]) == units_at(history, row[0], "claims.lenders", block));
            CHECK(row[4] == text_of(coverage::utilisation(now)));
            CHECK(row[5] == text_of(coverage::withdrawable_part(cash, number(row[3]))));
            const U256 before = day_ago ? units_at(history, row[0], "cash", *day_ago) : U256{0};
            const SignedUnits outflow = SignedUnits::difference(before, cash);
            CHECK(row[6] == text_of(outflow));
            const coverage::TimeTo dry = coverage::hours_to_dry(cash, outflow);
            const bool is_finite = dry.state == coverage::TimeTo::State::finite;
            CHECK(row[7] == (is_finite ? text_of(Ratio{dry.amount}) : ""));
            CHECK(row[8] == text_of(dry.state));
            CHECK(row[9] == full_blocks(history, row[0], day_ago, block));
            CHECK(row[10] == full_blocks(history, row[0], month_ago, block));
            const std::uint64_t first = history.times().begin()->first;
            CHECK(row[11] == std::to_string(day_ago ? block - *day_ago : block - first + 1));
            CHECK(row[12] == std::to_string(month_ago ? block - *month_ago : block - first + 1));
            finite += is_finite ? 1U : 0U;
        }
    });
    CHECK(finite > 100);
}

TEST_CASE("blocks at any utilisation are counted as accounting/coverage counts them") {
    for (const RecordedBooks* chain : test::recorded_books()) {
        const std::uint64_t first = chain->history.times().begin()->first;
        const std::uint64_t last = chain->history.times().rbegin()->first;
        std::size_t counted = 0;
        for (const unsigned bps : {1U, 1'000U, 3'000U, 5'000U, 7'500U, 9'900U, 10'000U}) {
            for (const Fields& row :
                 test::rows_of(chain->url,
                               "SELECT redink.hex(r.reserve), coalesce(f.blocks, 0) FROM "
                               "derived.reserve r LEFT JOIN ledger.full_blocks(1, " +
                                   std::to_string(first) + ", " + std::to_string(last) + ", " +
                                   std::to_string(bps) + ") f USING (reserve_id)")) {
                const std::uint64_t blocks = coverage::blocks_at_utilisation(
                    chain->history.liquidity(row[0], last), {first, last}, bps);
                CHECK(row[1] == std::to_string(blocks));
                counted += blocks > 0 && blocks < last ? 1U : 0U;
            }
        }
        CHECK(counted > 10);
    }
}

TEST_CASE("the value of a claim is what accounting/coverage makes of books and cover") {
    std::size_t short_of = 0;
    test::at_every_block([&](const RecordedBooks& chain, std::uint64_t block) {
        std::map<std::string, std::map<std::string, U256>> balances;
        for (const Fields& row :
             chain.rows_of("reserve, account, balance", "trial_balance", block)) {
            balances[row[0]][row[1]] = number(row[2]);
        }
        std::map<std::string, U256> covered;
        for (const Fields& row : chain.rows_of("reserve, layer, planned", "coverage", block)) {
            covered[row[0]] += row[1] == "lenders" ? U256{0} : number(row[2]);
        }
        std::map<std::string, Ratio> prices;
        for (const Fields& row :
             chain.rows_of("reserve, supply_amount, supply_scaled", "reserves", block)) {
            prices[row[0]] = coverage::book_share_price(number(row[1]), number(row[2]));
        }
        for (const Fields& row : chain.rows_of(
                 "reserve, net_assets, nav_per_claim, nav_shortfall, book_share_price, deficits",
                 "lender_value",
                 block)) {
            auto& book = balances[row[0]];
            const coverage::LenderValue value = coverage::lender_value({book["cash"],
                                                                        book["loans"],
                                                                        book["deficit.open"],
                                                                        book["allowance"],
                                                                        book["written_off"],
                                                                        covered[row[0]],
                                                                        book["claims.lenders"]});
            CHECK(number(row[1]) == value.net_assets);
            CHECK(row[2] == text_of(value.per_claim));
            CHECK(row[3] == text_of(value.shortfall));
            CHECK(row[4] == text_of(prices[row[0]]));
            CHECK(number(row[5]) == book["deficit.open"]);
            short_of += value.shortfall && !value.shortfall->is_zero() ? 1U : 0U;
        }
    });
    CHECK(short_of > 100);
}

TEST_CASE("cover by formula is what accounting/coverage makes of capacities and bad debt") {
    std::size_t exposed = 0;
    test::at_every_block([&](const RecordedBooks& chain, std::uint64_t block) {
        std::map<std::string, Fields> reserves;
        for (const Fields& row :
             chain.rows_of("reserve, price, decimals, unit", "reserves", block)) {
            reserves[row[0]] = row;
        }
        std::map<std::string, std::map<std::string, U256>> capital;
        for (const Fields& row :
             chain.rows_of("reserve, account, balance", "trial_balance", block)) {
            capital[row[0]][row[1]] = number(row[2]);
        }
        std::map<std::string, U256> residual;
        for (const Fields& row : chain.rows_of("reserve, layer, planned", "coverage", block)) {
            residual[row[0]] += row[1] == "lenders" ? number(row[2]) : U256{0};
        }
        std::vector<coverage::AssetCover> assets;
        std::string pool_cover;
        for (const Fields& row : chain.rows_of(
                 "reserve, open_bad_debt, reserve_cover, insurance_cover, residual, whole, "
                 "open_value, absorbable_value, pool_cover, unit",
                 "cover_ratios",
                 block)) {
            const U256 open = number(row[1]);
            const U256 own = capital[row[0]]["capital.reserve"];
            CHECK(row[2] == text_of(coverage::reserve_cover(SignedUnits::plus(own), open)));
            CHECK(row[3] == text_of(coverage::insurance_cover({}, open)));
            CHECK(number(row[4]) == residual[row[0]]);
            CHECK(row[5] == text_of(coverage::whole(residual[row[0]], open)));
            const Fields& reserve = reserves[row[0]];
            const auto value = [&](const U256& units) {
                return open.is_zero() ? U256{0}
                                      : mul_div(units,
                                                number(reserve[1]),
                                                pow10(static_cast<unsigned>(std::stoi(reserve[2]))),
                                                Round::down);
            };
            CHECK(number(row[6]) == value(open));
            CHECK(number(row[7]) == value(open - residual[row[0]]));
            CHECK(row[9] == reserve[3]);
            assets.push_back({number(row[6]), number(row[7])});
            pool_cover = row[8];
            exposed += open.is_zero() ? 0U : 1U;
        }
        CHECK(pool_cover == text_of(coverage::pool_cover(assets)));
    });
    CHECK(exposed > 100);
}

TEST_CASE("stress cover sets capacity against the worst days, as the books had them") {
    std::size_t stressed = 0;
    test::at_every_block([&](const RecordedBooks& chain, std::uint64_t block) {
        const BookHistory& history = chain.history;
        const std::uint64_t days = std::min<std::uint64_t>(history.whole_days(block), 365);
        std::vector<std::optional<std::uint64_t>> ends;
        for (std::uint64_t day = 0; day <= days; ++day) {
            ends.push_back(history.valuation_at(history.block_before(block, day * kDay)));
        }
        std::map<std::string, U256> capacity;
        for (const Fields& row : chain.rows_of("reserve, layer, capacity", "coverage", block)) {
            capacity[row[0]] += row[1] == "lenders" ? U256{0} : number(row[2]);
        }
        for (const Fields& row :
             chain.rows_of("reserve, capacity, days, worst_days, worst_day_loss, "
                           "expected_shortfall_99_24h, stress_cover",
                           "stress_cover",
                           block)) {
            std::vector<U256> losses;
            for (std::uint64_t day = 0; day < days; ++day) {
                losses.push_back(loss_between(history, row[0], ends[day + 1], ends[day]));
            }
            std::sort(losses.begin(), losses.end(), std::greater<>{});
            const std::uint64_t worst = (days + 99) / 100;
            U256 sum = 0;
            for (std::uint64_t i = 0; i < worst; ++i) {
                sum += losses[i];
            }
            CHECK(number(row[1]) == capacity[row[0]]);
            CHECK(row[2] == std::to_string(days));
            CHECK(row[3] == std::to_string(worst));
            CHECK(row[4] == (days == 0 ? "" : to_decimal(losses.front())));
            const U256 mean = days == 0 ? U256{0} : mul_div(sum, 1, U256{worst}, Round::up);
            CHECK(row[5] == (days == 0 ? "" : to_decimal(mean)));
            CHECK(row[6] == text_of(coverage::stress_cover(capacity[row[0]], mean)));
            stressed += mean.is_zero() ? 0U : 1U;
        }
    });
    CHECK(stressed > 100);
}

TEST_CASE("provision cover is the allowance against the loss by each view of the prices") {
    std::size_t valued = 0;
    test::at_every_block([&](const RecordedBooks& chain, std::uint64_t block) {
        std::map<std::string, std::map<std::string, U256>> balances;
        for (const Fields& row :
             chain.rows_of("reserve, account, balance", "trial_balance", block)) {
            balances[row[0]][row[1]] = number(row[2]);
        }
        std::map<std::string, U256> shortfalls;
        for (const Fields& row :
             chain.rows_of("reserve, oracle_shortfall", "bad_debt_views", block)) {
            shortfalls[row[0]] += number(row[1]);
        }
        for (const Fields& row :
             chain.rows_of("reserve, kind, state, allowance, expected_loss, provision_cover",
                           "provision_cover",
                           block)) {
            auto& book = balances[row[0]];
            const U256 lost = book["deficit.open"] + shortfalls[row[0]];
            const U256 loss =
                lost > book["written_off"] ? U256{lost - book["written_off"]} : U256{0};
            CHECK(number(row[3]) == book["allowance"]);
            if (row[1] == "oracle" && row[2] == "valued") {
                CHECK(number(row[4]) == loss);
                CHECK(row[5] == text_of(coverage::provision_cover({0, 0, book["allowance"], 0},
                                                                  number(row[4]))));
                valued += loss.is_zero() ? 0U : 1U;
            } else if (row[2] != "valued") {
                CHECK(row[4].empty());
                CHECK(row[5].empty());
            }
        }
    });
    CHECK(valued > 100);
}

TEST_CASE("reserve and insurance cover go by the configured layers of their own asset") {
    const RecordedBooks& books = *test::recorded_books().front();
    const auto rows = test::rows_of(books.url,
                                    "SELECT asset, open_bad_debt FROM "
                                    "report.cover_ratios_at('m', 454) ORDER BY 2 DESC LIMIT 1");
    const std::string asset = rows.front()[0];
    const U256 open = number(rows.front()[1]);
    REQUIRE(open > 1'000);
    for (const auto& [reserve, offset, stake] : {std::tuple{open / 10U, open / 5U, open / 3U},
                                                 std::tuple{open * 2U, U256{0}, open / 7U},
                                                 std::tuple{U256{0}, open / 3U, open * 5U},
                                                 std::tuple{U256{0}, open + 1U, open}}) {
        CAPTURE(to_decimal(offset));
        const std::string only = ", NULL::bytea, '\\x" + asset.substr(2) + "'::bytea, ";
        const std::string rest = "::numeric, 10000, 0::numeric)";
        const Layers layers{"(1, 'treasury', 'offset'" + only + to_decimal(offset) + rest +
                            ", (2, 'insurance', 'stake'" + only + to_decimal(stake) + rest +
                            ", (3, 'reserve', 'buffer'" + only + to_decimal(reserve) + rest};
        const Fields found =
            test::rows_of(books.url,
                          "SELECT open_bad_debt, reserve_cover, insurance_cover, "
                          "insurance_capacity, insurance_offset, whole, residual FROM "
                          "report.cover_ratios_at('m', 454) WHERE asset = '" +
                              asset + "'")
                .front();
        CHECK(number(found[0]) == open);
        CHECK(found[1] == text_of(coverage::reserve_cover(SignedUnits::plus(reserve), open)));
        CHECK(found[2] == text_of(coverage::insurance_cover({stake, offset}, open)));
        CHECK(number(found[3]) == stake);
        CHECK(number(found[4]) == offset);
        const U256 all = reserve + offset + stake;
        const U256 residual = all < open ? U256{open - all} : U256{0};
        CHECK(number(found[6]) == residual);
        CHECK(found[5] == text_of(coverage::whole(residual, open)));
        CHECK(test::query(books.url,
                          "SELECT capacity FROM report.stress_cover_at('m', 454) WHERE asset = '" +
                              asset + "'")
                  .front() == to_decimal(all));
    }
}

TEST_CASE("who may only read gets every metric") {
    for (const char* report : {"liquidity",
                               "lender_value",
                               "cover_ratios",
                               "stress_cover",
                               "provision_cover",
                               "cure_rates",
                               "vintages",
                               "time_to_cover",
                               "recognition_lag"}) {
        CAPTURE(report);
        CHECK(test::query(test::recorded_books().front()->url,
                          "SET LOCAL ROLE redink_reader; SELECT count(*) > 0 FROM report." +
                              std::string{report} + "_at('m', 654)") ==
              std::vector<std::string>{"t"});
    }
}
