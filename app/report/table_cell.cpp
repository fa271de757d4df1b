#include "app/report/table_cell.hpp"

#include <algorithm>
#include <array>

namespace redink::app {
namespace {

struct TokenColumn {
    std::string_view report;
    std::string_view column;
    std::string_view token;
};

constexpr std::array kTokenColumns{
    TokenColumn{"positions", "amount", "asset"},
    TokenColumn{"reserves", "supply_amount", "asset"},
    TokenColumn{"reserves", "debt_amount", "asset"},
    TokenColumn{"reserves", "reserves", "asset"},
    TokenColumn{"reserves", "deficit", "asset"},
    TokenColumn{"reserves", "cash", "asset"},
    TokenColumn{"bad-debt", "amount", "asset"},
    TokenColumn{"bad-debt", "liquidation_shortfall", "asset"},
    TokenColumn{"bad-debt", "asset_gap", "asset"},
    TokenColumn{"bad-debt", "principal_at_impairment", "asset"},
    TokenColumn{"bad-debt", "nominal_claim", "asset"},
    TokenColumn{"bad-debt-views", "debt_amount", "asset"},
    TokenColumn{"bad-debt-views", "oracle_shortfall", "asset"},
    TokenColumn{"bad-debt-views", "market_shortfall", "asset"},
    TokenColumn{"bad-debt-history", "amount", "asset"},
    TokenColumn{"bad-debt-history", "open_after", "asset"},
    TokenColumn{"coverage", "open_bad_debt", "asset"},
    TokenColumn{"coverage", "capacity", "asset"},
    TokenColumn{"coverage", "absorbed", "asset"},
    TokenColumn{"coverage", "planned", "asset"},
    TokenColumn{"coverage", "residual", "asset"},
    TokenColumn{"cover-layers", "capacity", "asset"},
    TokenColumn{"cover-layers", "in_cooldown", "asset"},
    TokenColumn{"haircuts", "claim", "asset"},
    TokenColumn{"haircuts", "haircut_units", "asset"},
    TokenColumn{"socialised", "amount", "asset"},
    TokenColumn{"socialised", "claims_before", "asset"},
    TokenColumn{"write-offs", "amount", "asset"},
    TokenColumn{"write-offs", "recovered_later", "asset"},
    TokenColumn{"write-offs", "memo_claim", "asset"},
    TokenColumn{"write-offs", "recovered_so_far", "asset"},
    TokenColumn{"loan-quality", "gross_loans", "asset"},
    TokenColumn{"loan-quality", "gross_stage_2", "asset"},
    TokenColumn{"loan-quality", "gross_stage_3", "asset"},
    TokenColumn{"loan-quality", "allowance", "asset"},
    TokenColumn{"loan-quality", "allowance_stage_3", "asset"},
    TokenColumn{"loan-quality", "written_off", "asset"},
    TokenColumn{"loan-quality", "reserve_capital", "asset"},
    TokenColumn{"run-risk", "cash", "asset"},
    TokenColumn{"run-risk", "loans", "asset"},
    TokenColumn{"run-risk", "claims", "asset"},
    TokenColumn{"run-risk", "unshared_loss", "asset"},
    TokenColumn{"run-risk", "net_assets", "asset"},
    TokenColumn{"cover-ratios", "open_bad_debt", "asset"},
    TokenColumn{"cover-ratios", "reserve_capacity", "asset"},
    TokenColumn{"cover-ratios", "insurance_capacity", "asset"},
    TokenColumn{"cover-ratios", "insurance_offset", "asset"},
    TokenColumn{"cover-ratios", "absorbable", "asset"},
    TokenColumn{"cover-ratios", "residual", "asset"},
    TokenColumn{"stress-cover", "capacity", "asset"},
    TokenColumn{"stress-cover", "worst_day_loss", "asset"},
    TokenColumn{"stress-cover", "expected_shortfall_99_24h", "asset"},
    TokenColumn{"provision-cover", "allowance", "asset"},
    TokenColumn{"provision-cover", "deficits", "asset"},
    TokenColumn{"provision-cover", "shortfall", "asset"},
    TokenColumn{"provision-cover", "written_off", "asset"},
    TokenColumn{"provision-cover", "expected_loss", "asset"},
    TokenColumn{"lender-value", "cash", "asset"},
    TokenColumn{"lender-value", "loans", "asset"},
    TokenColumn{"lender-value", "deficits", "asset"},
    TokenColumn{"lender-value", "allowance", "asset"},
    TokenColumn{"lender-value", "written_off", "asset"},
    TokenColumn{"lender-value", "expected_cover", "asset"},
    TokenColumn{"lender-value", "claims", "asset"},
    TokenColumn{"lender-value", "net_assets", "asset"},
    TokenColumn{"lender-value", "total_assets", "asset"},
    TokenColumn{"liquidity", "cash", "asset"},
    TokenColumn{"liquidity", "loans", "asset"},
    TokenColumn{"liquidity", "claims", "asset"},
    TokenColumn{"liquidity", "net_outflow_24h", "asset"},
    TokenColumn{"cure-rates", "impaired", "asset"},
    TokenColumn{"cure-rates", "lost", "asset"},
    TokenColumn{"cure-rates", "still_impaired", "asset"},
    TokenColumn{"cure-rates", "cured", "asset"},
    TokenColumn{"vintages", "recognised", "asset"},
    TokenColumn{"vintages", "recovered_1d", "asset"},
    TokenColumn{"vintages", "recovered_7d", "asset"},
    TokenColumn{"vintages", "recovered_30d", "asset"},
    TokenColumn{"vintages", "recovered_90d", "asset"},
    TokenColumn{"vintages", "recovered", "asset"},
    TokenColumn{"time-to-cover", "open_loss", "asset"},
    TokenColumn{"time-to-cover", "median_daily_income", "asset"},
    TokenColumn{"ageing", "amount", "asset"},
    TokenColumn{"loss-history", "recognised", "asset"},
    TokenColumn{"loss-history", "open", "asset"},
    TokenColumn{"loss-history", "recovered", "asset"},
    TokenColumn{"leakage", "withdrawn", "asset"},
    TokenColumn{"leakage", "leakage", "asset"},
    TokenColumn{"trial-balance", "debit", "asset"},
    TokenColumn{"trial-balance", "credit", "asset"},
    TokenColumn{"trial-balance", "balance", "asset"},
    TokenColumn{"account-balances", "debit", "asset"},
    TokenColumn{"account-balances", "credit", "asset"},
    TokenColumn{"account-balances", "balance", "asset"},
    TokenColumn{"journal", "debit", "asset"},
    TokenColumn{"journal", "credit", "asset"},
    TokenColumn{"assertions", "expected", "asset"},
    TokenColumn{"assertions", "observed", "asset"},
    TokenColumn{"assertions", "tolerance", "asset"},
    TokenColumn{"liquidations", "debt_covered", "debt_asset"},
    TokenColumn{"liquidations", "collateral_seized", "collateral_asset"},
};

constexpr std::size_t kShortestAddress = 42;
constexpr std::size_t kKeptHead = 6;
constexpr std::size_t kKeptTail = 4;

}  // namespace

std::string scaled_by(std::string_view units, unsigned decimals) {
    const bool is_negative = units.starts_with('-');
    std::string digits{units.substr(is_negative ? 1 : 0)};
    if (decimals == 0 || digits.empty() ||
        digits.find_first_not_of("0123456789") != std::string::npos) {
        return std::string{units};
    }
    if (digits.size() <= decimals) {
        digits.insert(0, decimals + 1 - digits.size(), '0');
    }
    const std::size_t whole = digits.size() - decimals;
    const std::string fraction = digits.substr(whole);
    const std::string text = (is_negative ? "-" : "") + digits.substr(0, whole);
    const std::size_t kept = fraction.find_last_not_of('0');
    return kept == std::string::npos ? text : text + "." + fraction.substr(0, kept + 1);
}

std::string shortened_hex(std::string_view text) {
    if (!text.starts_with("0x") || text.size() < kShortestAddress) {
        return std::string{text};
    }
    return std::string{text.substr(0, kKeptHead)} + "…" +
           std::string{text.substr(text.size() - kKeptTail)};
}

std::string_view token_column(std::string_view report, std::string_view column) {
    for (const TokenColumn& known : kTokenColumns) {
        if (known.report == report && known.column == column) {
            return known.token;
        }
    }
    return {};
}

std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    }));
}

}  // namespace redink::app
