#include <doctest/doctest.h>

#include "accounting/coverage/ageing.hpp"
#include "accounting/coverage/recovery_time.hpp"
#include "tests/support/book_history.hpp"
#include "tests/support/postgres_fixture.hpp"

using namespace redink;

namespace {

using test::BookHistory;
using test::Fields;
using test::JournalLeg;
using test::number;
using test::RecordedBooks;
using test::text_of;

constexpr std::uint64_t kDay = 86'400;

struct Fate {
    coverage::Cure cure;
    U256 lost;
    U256 still_impaired;
};

Fate fate_of(const BookHistory& history,
             const std::string& reserve,
             std::uint64_t first,
             std::uint64_t block) {
    Fate fate;
    std::map<std::string, bool> is_impaired;
    for (const test::JudgedDebt& debt : history.valuations().at(*history.valuation_at(block))) {
        is_impaired[debt.account + debt.reserve] = debt.stage >= 3;
    }
    for (const test::JudgedDebt& debt : history.valuations().at(first)) {
        if (debt.reserve == reserve && debt.stage >= 3) {
            const U256 lost =
                std::min(debt.gross, history.recorded(reserve, debt.account, first, block));
            const U256 rest = debt.gross - lost;
            fate.cure.impaired += debt.gross;
            fate.lost += lost;
            (is_impaired[debt.account + debt.reserve] ? fate.still_impaired : fate.cure.cured) +=
                rest;
        }
    }
    return fate;
}

// Entry by entry: what it moved in one reserve.
struct Moved {
    std::uint64_t entry = 0;
    std::uint64_t time = 0;
    SignedUnits loans;
    SignedUnits treasury;
    bool is_interest = false;
};

std::vector<Moved> moves_of(const BookHistory& history,
                            const std::string& reserve,
                            std::uint64_t block) {
    std::vector<Moved> moves;
    for (const JournalLeg& leg : history.legs()) {
        if (leg.reserve != reserve || leg.block > block) {
            continue;
        }
        if (moves.empty() || moves.back().entry != leg.entry) {
            moves.push_back({leg.entry, leg.time, {}, {}, leg.rule == 3});
        }
        Moved& move = moves.back();
        move.loans = leg.account == "loans" ? move.loans + leg.net : move.loans;
        move.treasury = leg.account == "claims.treasury" ? move.treasury - leg.net : move.treasury;
    }
    return moves;
}

// The part of an entry's income that accrued up to a time.
U256 accrued_by(const Moved& move, std::uint64_t since, std::uint64_t time) {
    if (!move.is_interest || move.treasury.is_negative() || time < since) {
        return 0;
    }
    return time >= move.time ? move.treasury.units()
                             : mul_div(move.treasury.units(),
                                       U256{time - since},
                                       U256{move.time - since},
                                       Round::down);
}

U256 impaired_at(const BookHistory& history, const std::string& reserve, std::uint64_t time) {
    U256 sum = 0;
    for (auto at = history.valuations().rbegin(); at != history.valuations().rend(); ++at) {
        if (history.times().at(at->first) <= time) {
            for (const test::JudgedDebt& debt : at->second) {
                sum += debt.reserve == reserve && debt.stage >= 3 ? debt.gross : U256{0};
            }
            break;
        }
    }
    return sum;
}

// Income on stages 1 and 2 of the whole days before a block, the youngest first.
std::vector<SignedUnits> daily_income(const BookHistory& history,
                                      const std::string& reserve,
                                      std::uint64_t block,
                                      std::uint64_t days) {
    const std::vector<Moved> moves = moves_of(history, reserve, block);
    const std::uint64_t now = history.times().at(block);
    std::vector<SignedUnits> incomes;
    for (std::uint64_t day = 0; day < std::min(days, history.whole_days(block)); ++day) {
        const std::uint64_t end = now - day * kDay;
        U256 income = 0;
        SignedUnits loans;
        for (std::size_t i = 0; i < moves.size(); ++i) {
            const std::uint64_t since = i == 0 ? moves[i].time : moves[i - 1].time;
            const bool at_once = since == moves[i].time;
            const bool is_in = moves[i].time <= end && moves[i].time > end - kDay;
            income += at_once ? (is_in ? accrued_by(moves[i], since, end) : U256{0})
                              : accrued_by(moves[i], since, end) -
                                    accrued_by(moves[i], since, end - kDay);
            loans = moves[i].time <= end ? loans + moves[i].loans : loans;
        }
        const U256 impaired = std::min(impaired_at(history, reserve, end), loans.units());
        incomes.push_back(SignedUnits::plus(
            loans.is_zero()
                ? income
                : mul_div(income, loans.units() - impaired, loans.units(), Round::down)));
    }
    return incomes;
}

// How a view of the prices judged a debt: short by so much; empty for lack of a price.
using View = std::map<std::uint64_t, std::map<std::string, std::optional<U256>>>;

View oracle_view(const BookHistory& history) {
    View view;
    for (const auto& [block, debts] : history.valuations()) {
        for (const test::JudgedDebt& debt : debts) {
            view[block][debt.account + debt.reserve] = debt.shortfall;
        }
    }
    return view;
}

// Of one debt: when the run began that ended below a block, and whether a price is missing there.
struct Run {
    std::optional<std::uint64_t> first;
    bool is_known = true;
};

Run run_below(const BookHistory& history,
              const View& view,
              const std::string& debt,
              std::uint64_t below) {
    Run run;
    const auto& valuations = history.valuations();
    for (auto at = valuations.lower_bound(below); at != valuations.begin();) {
        --at;
        const auto debts = view.find(at->first);
        const bool is_seen = debts != view.end() && debts->second.contains(debt);
        const std::optional<U256> shortfall =
            is_seen ? debts->second.at(debt) : std::optional{U256{0}};
        if (!shortfall || shortfall->is_zero()) {
            run.is_known = shortfall.has_value();
            break;
        }
        run.first = at->first;
    }
    return run;
}

void check_lags(const RecordedBooks& books,
                const View& view,
                const std::string& kind,
                std::uint64_t block) {
    for (const Fields& row :
         books.rows_of("account || reserve, recognised_block, first_seen_block, lag_blocks, "
                       "is_recognised, state, kind, reserve, account",
                       "recognition_lag",
                       block)) {
        if (row[6] != kind) {
            continue;
        }
        coverage::LossHistory loss;
        for (const JournalLeg& leg : books.history.legs()) {
            if (leg.account == "deficit.open" && leg.rule == 6 && leg.reserve == row[7] &&
                leg.party == row[8] && leg.block <= block && !loss.recognised_block) {
                loss.recognised_block = leg.block;
            }
        }
        const Run run =
            run_below(books.history, view, row[0], loss.recognised_block.value_or(block + 1));
        loss.first_seen_block = run.first;
        const auto lag = coverage::recognition_lag(loss, block);
        const bool is_told = lag.has_value() && (run.first || run.is_known);
        CHECK(row[1] == (loss.recognised_block ? std::to_string(*loss.recognised_block) : ""));
        CHECK(row[2] == (run.first ? std::to_string(*run.first) : ""));
        CHECK(row[3] == (is_told ? std::to_string(lag->blocks) : ""));
        CHECK(row[4] == (loss.recognised_block ? "t" : "f"));
        CHECK((row[5] == "valued") == run.is_known);
    }
}

}  // namespace

TEST_CASE("cure rates are what accounting/coverage makes of the valuations") {
    std::size_t cured = 0;
    std::size_t lost = 0;
    test::at_every_block([&](const RecordedBooks& chain, std::uint64_t block) {
        const BookHistory& history = chain.history;
        std::size_t rows = 0;
        std::size_t periods = 0;
        for (const unsigned days : {1U, 7U, 30U, 90U}) {
            const auto first = history.valuation_at(history.block_before(block, days * kDay));
            periods += first ? 1U : 0U;
        }
        for (const Fields& row :
             chain.rows_of("reserve, period_days, from_block, impaired, lost, still_impaired, "
                           "cured, cure_rate, valued_block",
                           "cure_rates",
                           block)) {
            ++rows;
            const auto first =
                history.valuation_at(history.block_before(block, std::stoull(row[1]) * kDay));
            REQUIRE(first.has_value());
            CHECK(row[2] == std::to_string(*first));
            CHECK(row[8] == std::to_string(*history.valuation_at(block)));
            const Fate fate = fate_of(history, row[0], *first, block);
            CHECK(number(row[3]) == fate.cure.impaired);
            CHECK(number(row[4]) == fate.lost);
            CHECK(number(row[5]) == fate.still_impaired);
            CHECK(number(row[6]) == fate.cure.cured);
            CHECK(row[7] == text_of(coverage::cure_rate(fate.cure)));
            cured += fate.cure.cured.is_zero() ? 0U : 1U;
            lost += fate.lost.is_zero() ? 0U : 1U;
        }
        CHECK(rows == periods * chain.rows_of("reserve", "reserves", block).size());
    });
    CHECK(cured > 10);
    CHECK(lost > 10);
}

TEST_CASE("vintages are what accounting/coverage makes of recorded losses") {
    std::size_t vintages = 0;
    test::at_every_block([&](const RecordedBooks& chain, std::uint64_t block) {
        std::map<std::string,
                 std::map<std::pair<std::string, std::uint64_t>, coverage::RecognisedDebt>>
            debts;
        for (const JournalLeg& leg : chain.history.legs()) {
            if (leg.account == "deficit.open" && leg.rule == 6 && leg.block <= block) {
                auto& debt = debts[leg.reserve][{leg.party, leg.block}];
                debt.units += leg.net.units();
                debt.at = leg.time;
            }
        }
        std::vector<Fields> expected;
        for (const auto& [reserve, by_debtor] : debts) {
            std::vector<coverage::RecognisedDebt> all;
            for (const auto& [debtor, debt] : by_debtor) {
                all.push_back(debt);
            }
            for (const auto& row : coverage::vintage_table(all, 30 * kDay)) {
                expected.push_back({reserve,
                                    std::to_string(row.from),
                                    to_decimal(row.recognised),
                                    to_decimal(row.recovered.back()),
                                    text_of(row.rate.front()),
                                    text_of(row.rate.back())});
            }
        }
        CHECK(test::rows_of(chain.url,
                            "SELECT reserve, vintage, recognised, recovered, recovery_rate_1d, "
                            "recovery_rate FROM report.vintages_at('m', " +
                                std::to_string(block) + ") ORDER BY reserve, vintage") == expected);
        vintages += expected.size();
    });
    CHECK(vintages > 100);
}

TEST_CASE("time to cover is what accounting/coverage makes of open losses and daily income") {
    std::size_t finite = 0;
    test::at_every_block([&](const RecordedBooks& chain, std::uint64_t block) {
        const BookHistory& history = chain.history;
        std::map<std::string, std::vector<SignedUnits>> incomes;
        for (const Fields& row :
             chain.rows_of("reserve, window_days, borrow_decline_bps, open_loss, days_counted, "
                           "median_daily_income, days_to_cover, days_to_cover_state",
                           "time_to_cover",
                           block)) {
            U256 open = history.net_at(row[0], "deficit.open", block).units();
            const auto valued = history.valuation_at(block);
            for (const test::JudgedDebt& debt :
                 valued ? history.valuations().at(*valued) : std::vector<test::JudgedDebt>{}) {
                if (debt.reserve == row[0] && (debt.kind == "orphaned" || debt.kind == "blocked")) {
                    const U256 since = history.recorded(row[0], debt.account, *valued, block);
                    open += debt.shortfall > since ? U256{debt.shortfall - since} : U256{0};
                }
            }
            CHECK(number(row[3]) == open);
            auto& income = incomes[row[0]];
            if (income.empty()) {
                income = daily_income(history, row[0], block, 90);
            }
            std::span<const SignedUnits> days{income};
            days = days.first(std::min<std::size_t>(days.size(), std::stoul(row[1])));
            CHECK(row[4] == std::to_string(days.size()));
            const auto median = coverage::median_income(days);
            CHECK(row[5] == (median ? text_of(*median) : ""));
            const auto time = coverage::days_to_cover(
                open, days, {static_cast<std::uint32_t>(std::stoul(row[2]))});
            const bool is_finite = time.state == coverage::TimeTo::State::finite;
            CHECK(row[6] == (is_finite ? to_decimal(time.amount) : ""));
            CHECK(row[7] == text_of(time.state));
            finite += is_finite ? 1U : 0U;
        }
    });
    CHECK(finite > 100);
}

TEST_CASE("the recognition lag by the oracle is what accounting/coverage makes of valuations") {
    std::size_t lags = 0;
    for (const RecordedBooks* books : test::recorded_books()) {
        const View view = oracle_view(books->history);
        for (std::size_t i = 0; i < books->blocks.size(); i += 6) {
            CAPTURE(books->blocks[i]);
            check_lags(*books, view, "oracle", books->blocks[i]);
        }
        const std::uint64_t last = books->blocks[1];
        CAPTURE(last);
        check_lags(*books, view, "oracle", last);
        lags += books->rows_of("account", "recognition_lag", last).size();
        CHECK(books->rows_of("DISTINCT state", "recognition_lag", last).size() == 2);
    }
    CHECK(lags > 20);
}

TEST_CASE("the recognition lag by market prices looks back at what the market view says") {
    const std::string url = test::fresh_database();
    REQUIRE(test::sync_recorded(test::recorded_v36(), url).has_value());
    test::query(url,
                "INSERT INTO ledger.price_set (chain_id, kind, digest, file) SELECT chain_id, "
                "'market', decode(repeat('ab', 32), 'hex'), 'm.csv' FROM redink.chain");
    // Nine tenths of the oracle's prices at every valuation but some.
    test::query(
        url,
        "INSERT INTO ledger.price SELECT s.price_set_id, r.asset, v.from_block, 'me', "
        "div(aave_v3.price_at(1, r.asset, v.from_block) * 9, 10), 8, 'usd', '', "
        "v.block_time FROM ledger.price_set s, derived.reserve r, derived.valuation v WHERE "
        "v.from_block NOT IN (440, 505) AND aave_v3.price_at(1, r.asset, v.from_block) > "
        "0");
    const RecordedBooks books{url};
    View view;
    std::size_t compared = 0;
    std::size_t valuations = 0;
    for (const auto& [block, debts] : books.history.valuations()) {
        CAPTURE(block);
        const std::string at = std::to_string(block);
        for (const Fields& row : books.rows_of(
                 "account || reserve, market_state, market_shortfall", "bad_debt_views", block)) {
            view[block][row[0]] = row[1] == "valued" ? std::optional{number(row[2])} : std::nullopt;
        }
        if (++valuations % 3 != 0) {
            continue;
        }
        for (const Fields& row : test::rows_of(
                 url,
                 "SELECT redink.hex(a.account) || redink.hex(r.reserve), s.state, s.shortfall "
                 "FROM (SELECT DISTINCT account FROM aave_v3.exposures_at(1, " +
                     at + ")) a, LATERAL redink.market_shortfall_of(1, " + at +
                     ", 'market', a.account) s JOIN derived.reserve r ON r.reserve_id = "
                     "s.reserve_id")) {
            const auto found = view[block].find(row[0]);
            const std::optional<U256> expected =
                found == view[block].end() ? std::optional{U256{0}} : found->second;
            CHECK((row[1] == "valued") == expected.has_value());
            CHECK(row[2] == (expected ? to_decimal(*expected) : ""));
            compared += expected && !expected->is_zero() ? 1U : 0U;
        }
    }
    CHECK(compared > 15);
    for (const std::uint64_t block : {270U, 366U, 454U, 530U, 640U, 654U, 718U}) {
        CAPTURE(block);
        check_lags(books, view, "market", block);
    }
    const auto one =
        books.rows_of("account, market, pool, asset, kind, lag_blocks", "recognition_lag", 654);
    CHECK(test::rows_of(url,
                        "SELECT l.account, l.market, l.pool, l.asset, l.kind, l.lag_blocks FROM "
                        "report.recognition_lag_at('m', 654, '" +
                            one.front()[0] + "') l")
              .front() == one.front());
}
