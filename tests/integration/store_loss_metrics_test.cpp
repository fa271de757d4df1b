#include <doctest/doctest.h>

#include "accounting/coverage/ageing.hpp"
#include "accounting/coverage/recovery_time.hpp"
#include "tests/support/book_history.hpp"

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
