#include "app/report/demo_tables.hpp"

#include <algorithm>
#include <map>
#include <ostream>
#include <vector>

#include "accounting/money/u256.hpp"
#include "indexer/store/report_reader.hpp"

namespace redink::app {
namespace {

using Cells = std::vector<std::string>;

constexpr std::size_t kAccountsShown = 8;
constexpr std::size_t kHistoryShown = 10;

struct Rows {
    std::map<std::string, std::size_t> places;
    std::vector<store::ReportRow> rows;

    [[nodiscard]] std::string at(const store::ReportRow& row, const std::string& column) const {
        return row.at(places.at(column)).value_or("");
    }
};

Rows load(store::ReportReader& reader, std::string_view name, const store::ReportQuery& query) {
    Rows out;
    for (const store::ReportSpec& spec : store::report_specs()) {
        if (spec.name != name) {
            continue;
        }
        reader.load(
            spec,
            query,
            [&out](const std::vector<store::ReportColumn>& columns) {
                for (std::size_t i = 0; i < columns.size(); ++i) {
                    out.places[columns[i].name] = i;
                }
            },
            [&out](const store::ReportRow& row) { out.rows.push_back(row); });
    }
    return out;
}

// 1234567890 with 8 decimals and 2 shown is 12.34: cut, not rounded.
std::string scaled(const std::string& digits, unsigned decimals, unsigned shown) {
    if (digits.empty()) {
        return "n/a";
    }
    if (digits.front() == '-') {
        return "-" + scaled(digits.substr(1), decimals, shown);
    }
    std::string text = digits;
    if (text.size() <= decimals) {
        text.insert(0, decimals + 1 - text.size(), '0');
    }
    const std::size_t point = text.size() - decimals;
    const std::string fraction = text.substr(point, shown);
    return text.substr(0, point) + (fraction.empty() ? "" : "." + fraction);
}

void print_table(std::ostream& out, const std::string& title, const std::vector<Cells>& table) {
    out << "\n" << title << "\n";
    std::vector<std::size_t> widths(table.front().size(), 0);
    for (const Cells& cells : table) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            widths[i] = std::max(widths[i], cells[i].size());
        }
    }
    for (const Cells& cells : table) {
        out << " ";
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const bool numeric =
                i > 0 && !cells[i].empty() &&
                table.back()[i].find_first_not_of("0123456789.") == std::string::npos;
            const std::string padding(widths[i] - cells[i].size(), ' ');
            out << " " << (numeric ? padding + cells[i] : cells[i] + padding);
        }
        out << "\n";
    }
}

std::string short_hex(const std::string& hex) {
    return hex.size() > 14 ? hex.substr(0, 8) + "…" + hex.substr(hex.size() - 4) : hex;
}

struct Asset {
    std::string symbol;
    unsigned decimals = 0;
};

std::map<std::string, Asset> load_assets(const Rows& reserves) {
    std::map<std::string, Asset> assets;
    for (const auto& row : reserves.rows) {
        const std::string decimals = reserves.at(row, "decimals");
        assets[reserves.at(row, "asset")] = {
            reserves.at(row, "symbol"),
            decimals.empty() ? 0U : static_cast<unsigned>(std::stoul(decimals))};
    }
    return assets;
}

void print_solvency(const Rows& solvency, const Console& console) {
    std::vector<Cells> table{{"account", "collateral USD", "debt USD", "health factor"}};
    for (const auto& row : solvency.rows) {
        if (table.size() > kAccountsShown || solvency.at(row, "debt_value") == "0") {
            break;
        }
        table.push_back({solvency.at(row, "account"),
                         scaled(solvency.at(row, "collateral_value"), 8, 2),
                         scaled(solvency.at(row, "debt_value"), 8, 2),
                         scaled(solvency.at(row, "health_factor"), 18, 4)});
    }
    print_table(console.out, "Lowest health factors", table);
}

void print_bad_debt(const Rows& debts,
                    const std::map<std::string, Asset>& assets,
                    const Console& console) {
    std::map<std::pair<std::string, std::string>, std::pair<U256, U256>> by_asset;
    std::vector<Cells> accounts{{"account", "kind", "asset", "amount", "value USD", "since block"}};
    for (const auto& row : debts.rows) {
        const Asset& asset = assets.at(debts.at(row, "asset"));
        const std::string amount = debts.at(row, "amount");
        const std::string value = debts.at(row, "value_at_report");
        auto& sum = by_asset[{debts.at(row, "kind"), debts.at(row, "asset")}];
        sum.first += from_decimal(amount).value_or(U256{0});
        sum.second += from_decimal(value).value_or(U256{0});
        accounts.push_back({debts.at(row, "account"),
                            debts.at(row, "kind"),
                            asset.symbol,
                            scaled(amount, asset.decimals, 4),
                            scaled(value, 8, 2),
                            debts.at(row, "first_seen_block")});
    }
    std::vector<Cells> totals{{"kind", "asset", "amount", "value USD"}};
    for (const auto& [key, sum] : by_asset) {
        const Asset& asset = assets.at(key.second);
        totals.push_back({key.first,
                          asset.symbol,
                          scaled(to_decimal(sum.first), asset.decimals, 4),
                          scaled(to_decimal(sum.second), 8, 2)});
    }
    print_table(console.out, "Bad debt by asset", totals);
    print_table(console.out, "Bad debt by account", accounts);
}

void print_history(const Rows& history,
                   const std::map<std::string, Asset>& assets,
                   const Console& console) {
    std::vector<Cells> table{{"block", "event", "asset", "by", "tx", "amount", "open after"}};
    const std::size_t skipped =
        history.rows.size() > kHistoryShown ? history.rows.size() - kHistoryShown : 0;
    for (std::size_t i = skipped; i < history.rows.size(); ++i) {
        const auto& row = history.rows[i];
        const Asset& asset = assets.at(history.at(row, "asset"));
        table.push_back({history.at(row, "block"),
                         history.at(row, "event"),
                         asset.symbol,
                         short_hex(history.at(row, "account")),
                         short_hex(history.at(row, "tx")),
                         scaled(history.at(row, "amount"), asset.decimals, 4),
                         scaled(history.at(row, "open_after"), asset.decimals, 4)});
    }
    print_table(console.out,
                "History of recorded bad debt (last " + std::to_string(table.size() - 1) + " of " +
                    std::to_string(history.rows.size()) + " events)",
                table);
}

// Losses of the economic book: how much, and who bore it.
void print_books(const Rows& balances,
                 const std::map<std::string, Asset>& assets,
                 const Console& console) {
    const std::vector<std::string> accounts{"loss.impairment",
                                            "interest.suspended",
                                            "allowance",
                                            "written_off",
                                            "borne.treasury",
                                            "borne.insurance",
                                            "borne.lenders"};
    std::map<std::string, std::map<std::string, std::string>> by_asset;
    for (const auto& row : balances.rows) {
        if (balances.at(row, "book") == "economic") {
            by_asset[balances.at(row, "asset")][balances.at(row, "account")] =
                balances.at(row, "balance");
        }
    }
    Cells titles{"asset"};
    titles.insert(titles.end(), accounts.begin(), accounts.end());
    std::vector<Cells> table{titles};
    for (auto& [address, held] : by_asset) {
        const Asset& asset = assets.at(address);
        Cells cells{asset.symbol};
        for (const std::string& account : accounts) {
            const std::string& balance = held[account];
            cells.push_back(balance.empty()
                                ? "0"
                                : scaled(balance, asset.decimals, std::min(4U, asset.decimals)));
        }
        table.push_back(std::move(cells));
    }
    print_table(console.out, "The books: losses, and who bore them", table);
}

}  // namespace

void print_demo_tables(store::Connection& connection,
                       const std::string& market,
                       std::uint64_t block,
                       const Console& console) {
    store::ReportReader reader{connection};
    const store::ReportQuery query{market, block, std::nullopt, std::nullopt};
    const std::map<std::string, Asset> assets = load_assets(load(reader, "reserves", query));
    print_solvency(load(reader, "solvency", query), console);
    print_bad_debt(load(reader, "bad-debt", query), assets, console);
    print_history(load(reader, "bad-debt-history", query), assets, console);
    print_books(load(reader, "trial-balance", query), assets, console);
}

}  // namespace redink::app
