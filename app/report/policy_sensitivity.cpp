#include "app/report/policy_sensitivity.hpp"

#include <array>
#include <map>

#include "accounting/valuation/sensitivity.hpp"
#include "app/bookkeeper/terms.hpp"
#include "app/commands/options.hpp"
#include "app/prices/market_view.hpp"
#include "indexer/store/book_input.hpp"
#include "indexer/store/price_book.hpp"

namespace redink::app {
namespace {

using store::ColumnKind;
using valuation::BadDebtKind;
using valuation::Stage;

constexpr store::ReportSpec kSpec{"policy-sensitivity",
                                  "",
                                  true,
                                  "",
                                  "",
                                  "what other policies would make of the same accounts",
                                  "block",
                                  false,
                                  "account",
                                  true};

constexpr std::array kKinds{
    BadDebtKind::orphaned, BadDebtKind::blocked, BadDebtKind::dust, BadDebtKind::latent};
constexpr std::array kStages{
    Stage::performing, Stage::significant_increase, Stage::credit_impaired};

// Since when accounts are below 1, as the valuation in force has it.
std::map<chain::Address, std::uint64_t> load_below_since(store::BookInput& input,
                                                         chain::BlockNumber block) {
    std::map<chain::Address, std::uint64_t> below;
    if (const auto valuation = input.load_valuation(block)) {
        for (const rows::ValuedDebtRow& debt : valuation->debts) {
            if (debt.below_since) {
                below[debt.account] = *debt.below_since;
            }
        }
    }
    return below;
}

std::vector<valuation::JudgedAccount> judged_of(
    std::span<const rows::ExposureRow> exposures,
    const MarketView& view,
    std::uint64_t time,
    const std::map<chain::Address, std::uint64_t>& below_since) {
    std::vector<valuation::JudgedAccount> accounts;
    while (!exposures.empty()) {
        const auto account = take_account(exposures);
        valuation::JudgedAccount judged;
        judged.values = values_of(account, view);
        judged.health_factor = account[0].health_factor.value_or(max_u256());
        const auto since = below_since.find(account[0].account);
        if (since != below_since.end() && judged.health_factor < pow10(18)) {
            judged.seconds_below_one = time - since->second;
        }
        accounts.push_back(std::move(judged));
    }
    return accounts;
}

store::ReportRow row_of(const valuation::VariantTotals& totals, const store::ReportQuery& query) {
    const std::string& value = totals.variant.value;
    store::ReportRow row{
        query.market, totals.variant.choice, value.empty() ? std::nullopt : std::optional{value}};
    for (const BadDebtKind kind : kKinds) {
        row.emplace_back(std::to_string(totals.kind(kind).accounts));
        row.emplace_back(to_decimal(totals.kind(kind).shortfall));
    }
    std::uint64_t accounts = 0;
    for (const Stage stage : kStages) {
        accounts += totals.stage(stage).accounts;
        row.emplace_back(std::to_string(totals.stage(stage).accounts));
        row.emplace_back(to_decimal(totals.stage(stage).debt_value));
    }
    // Nobody's market view is no sum of zero.
    row.push_back(totals.without_market_view < accounts
                      ? std::optional{to_decimal(totals.market_shortfall)}
                      : std::nullopt);
    row.emplace_back(std::to_string(totals.without_market_view));
    row.emplace_back(std::to_string(totals.without_oracle_view));
    return row;
}

}  // namespace

const store::ReportSpec& sensitivity_spec() {
    return kSpec;
}

std::vector<store::ReportColumn> sensitivity_columns() {
    std::vector<store::ReportColumn> columns{
        {"market", ColumnKind::text}, {"choice", ColumnKind::text}, {"value", ColumnKind::text}};
    for (const BadDebtKind kind : kKinds) {
        const std::string name{name_of(kind)};
        columns.push_back({name + "_accounts", ColumnKind::number});
        columns.push_back({name + "_shortfall", ColumnKind::number});
    }
    for (const Stage stage : kStages) {
        const std::string name = "stage_" + std::to_string(static_cast<int>(stage));
        columns.push_back({name + "_accounts", ColumnKind::number});
        columns.push_back({name + "_debt", ColumnKind::number});
    }
    columns.push_back({"market_shortfall", ColumnKind::number});
    columns.push_back({"without_market_view", ColumnKind::number});
    columns.push_back({"without_oracle_view", ColumnKind::number});
    columns.push_back({"unit", ColumnKind::text});
    columns.push_back({"block", ColumnKind::number});
    return columns;
}

std::vector<store::ReportRow> load_sensitivity(store::Connection& connection,
                                               const store::MarketRecord& market,
                                               const store::ReportQuery& query) {
    const chain::BlockNumber block{query.block.value_or(0)};
    const std::string kind = query.kind.value_or("market");
    store::BookInput input{connection, market};
    store::PriceBook prices{connection};
    if (kind != "market" && !prices.has_kind(market.chain_id, kind)) {
        throw UsageError{"--kind: there are no prices of kind \"" + kind +
                         "\" on this chain; redink prices list has those that were imported"};
    }
    const std::vector<rows::ExposureRow> exposures =
        input.load_exposures(block, store::CalledPrices::recent);
    const std::string unit = input.load_unit(block);
    const std::uint64_t time = input.load_time(block);
    const valuation::Policy policy = policy_at(
        terms_at(store::load_terms(connection, market), block), input.load_dust_policy(block));
    const std::vector<AssetId> assets = collateral_of(exposures);
    const auto rows = prices.load_prices({market.chain_id, kind, block.value(), time}, assets);
    const MarketView view = view_market(
        rows, assets, parse_base_unit(unit), {block.value(), time, policy.max_price_age_seconds});
    const auto accounts = judged_of(exposures, view, time, load_below_since(input, block));
    std::vector<store::ReportRow> out;
    for (const auto& totals :
         valuation::sensitivity(accounts, valuation::standard_variants(policy))) {
        store::ReportRow row = row_of(totals, query);
        row.emplace_back(unit.empty() ? std::nullopt : std::optional{unit});
        row.emplace_back(std::to_string(block.value()));
        out.push_back(std::move(row));
    }
    return out;
}

}  // namespace redink::app
