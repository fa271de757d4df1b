#include "accounting/coverage/ageing.hpp"

#include <algorithm>
#include <map>

#include "accounting/money/invariant.hpp"

namespace redink::coverage {
namespace {

constexpr std::uint64_t kDay = 86'400;
constexpr std::array<std::uint64_t, kAgeBuckets - 1> kUpTo{kDay, 7 * kDay, 30 * kDay, 90 * kDay};
constexpr std::array<std::string_view, kAgeBuckets> kNames{
    "0-1 d", "1-7 d", "7-30 d", "30-90 d", ">90 d"};

void add_recoveries(Vintage& vintage, const RecognisedDebt& debt) {
    for (const Recovery& recovery : debt.recoveries) {
        const std::uint64_t age = recovery.at > debt.at ? recovery.at - debt.at : 0;
        for (std::size_t bucket = age_bucket(age); bucket < kAgeBuckets; ++bucket) {
            vintage.recovered.at(bucket) += recovery.units;
        }
    }
}

}  // namespace

std::string_view age_bucket_name(std::size_t bucket) {
    return kNames.at(bucket);
}

std::size_t age_bucket(std::uint64_t age_seconds) {
    const auto* const found = std::lower_bound(kUpTo.begin(), kUpTo.end(), age_seconds);
    return static_cast<std::size_t>(found - kUpTo.begin());
}

ByAge ageing(std::span<const OpenDebt> debts, std::uint64_t now) {
    ByAge amounts;
    for (const OpenDebt& debt : debts) {
        if (debt.since <= now) {
            amounts.at(age_bucket(now - debt.since)) += debt.units;
        }
    }
    return amounts;
}

Ratio cure_rate(const Cure& cure) {
    invariant(cure.cured <= cure.impaired, "more cured than was impaired");
    return to_wad({cure.cured, cure.impaired}, Round::down);
}

std::vector<Vintage> vintage_table(std::span<const RecognisedDebt> debts,
                                   std::uint64_t period_seconds) {
    invariant(period_seconds != 0, "a vintage without a length");
    std::map<std::uint64_t, Vintage> rows;
    for (const RecognisedDebt& debt : debts) {
        const std::uint64_t from = debt.at - debt.at % period_seconds;
        Vintage& row = rows[from];
        row.from = from;
        row.recognised += debt.units;
        add_recoveries(row, debt);
    }
    std::vector<Vintage> table;
    for (auto& [from, row] : rows) {
        for (std::size_t i = 0; i < kAgeBuckets; ++i) {
            row.rate.at(i) = to_wad({row.recovered.at(i), row.recognised}, Round::down);
        }
        table.push_back(row);
    }
    return table;
}

}  // namespace redink::coverage
