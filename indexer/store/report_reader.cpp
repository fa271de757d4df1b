#include "indexer/store/report_reader.hpp"

#include <array>
#include <stdexcept>

#include <pqxx/pqxx>

#include "indexer/store/connection.hpp"

namespace redink::store {
namespace {

// Rows held at once while a report is read.
constexpr int kRowsAtOnce = 2'000;

constexpr std::array kSpecs{
    ReportSpec{"positions",
               "report.positions_at",
               true,
               "asset",
               "",
               "every position at the end of a block"},
    ReportSpec{"reserves",
               "report.reserves_at",
               true,
               "asset",
               "",
               "every reserve: indexes, totals, deficit, price"},
    ReportSpec{"solvency",
               "report.solvency_at",
               true,
               "",
               "",
               "collateral, debt and health factor by account, lowest first"},
    ReportSpec{"bad-debt",
               "report.bad_debt_at",
               true,
               "asset",
               "",
               "realised, orphaned, blocked, dust and latent bad debt"},
    ReportSpec{"bad-debt-history",
               "report.bad_debt_history",
               false,
               "asset",
               "block, log_index",
               "bad debt that the protocol recorded, and its cover"},
    ReportSpec{"liquidations",
               "report.liquidations",
               false,
               "debt_asset,collateral_asset",
               "block, log_index",
               "every liquidation"},
    ReportSpec{"prices",
               "report.prices",
               false,
               "asset",
               "block, log_index, asset",
               "every change of a price"},
    ReportSpec{"proofs",
               "report.proofs",
               false,
               "",
               "source, from_block",
               "which blocks are proved to what level, by which node"},
    ReportSpec{"drift",
               "report.drift",
               false,
               "asset",
               "block, log_index",
               "where a contract printed what the rules do not give"},
};

ColumnKind kind_of(pqxx::oid type) {
    switch (type) {
        case 16:  // boolean
            return ColumnKind::boolean;
        case 20:    // bigint
        case 21:    // smallint
        case 23:    // integer
        case 1700:  // numeric
            return ColumnKind::number;
        case 1009:  // text[]
            return ColumnKind::list;
        default:
            return ColumnKind::text;
    }
}

std::string asset_condition(pqxx::work& txn, const ReportSpec& spec, const std::string& asset) {
    std::string addresses = txn.quote(asset);
    if (!asset.starts_with("0x")) {
        addresses =
            "(SELECT redink.hex(t.address) FROM redink.token t JOIN redink.market m USING "
            "(chain_id) WHERE m.name = q.market AND lower(t.symbol) = lower(" +
            txn.quote(asset) + "))";
    }
    std::string condition;
    std::string_view rest = spec.asset_columns;
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        condition += (condition.empty() ? "q." : " OR q.") + std::string{rest.substr(0, comma)} +
                     " IN (" + addresses + ")";
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
    return condition;
}

std::string sql_of(pqxx::work& txn, const ReportSpec& spec, const ReportQuery& query) {
    const std::string relation{spec.relation};
    std::string sql = "SELECT q.* FROM " + relation;
    std::string where;
    const auto add = [&where](const std::string& condition) {
        where += (where.empty() ? " WHERE (" : " AND (") + condition + ")";
    };
    if (spec.at_block) {
        sql +=
            "(" + txn.quote(query.market) + ", " + std::to_string(query.block.value_or(0)) + ") q";
    } else {
        sql += " q";
        add("q.market = " + txn.quote(query.market));
        if (query.block) {
            const std::string column = spec.name == "proofs" ? "q.from_block" : "q.block";
            add(column + " <= " + std::to_string(*query.block));
        }
    }
    if (query.account) {
        add("q.account = " + txn.quote(*query.account));
    }
    if (query.asset) {
        add(asset_condition(txn, spec, *query.asset));
    }
    return sql + where + (spec.order.empty() ? "" : " ORDER BY " + std::string{spec.order});
}

std::vector<ReportColumn> columns_of(const pqxx::result& rows) {
    std::vector<ReportColumn> columns;
    for (pqxx::row::size_type i = 0; i < rows.columns(); ++i) {
        columns.push_back({rows.column_name(i), kind_of(rows.column_type(i))});
    }
    return columns;
}

ReportRow row_of(const pqxx::row& row) {
    ReportRow out;
    for (const auto& field : row) {
        out.push_back(field.is_null() ? std::nullopt : std::optional<std::string>{field.c_str()});
    }
    return out;
}

}  // namespace

std::span<const ReportSpec> report_specs() {
    return kSpecs;
}

std::uint64_t ReportReader::load(
    const ReportSpec& spec,
    const ReportQuery& query,
    const std::function<void(const std::vector<ReportColumn>&)>& columns,
    const std::function<void(const ReportRow&)>& row) {
    pqxx::work txn{connection_.session()};
    txn.exec("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
    txn.exec("DECLARE report NO SCROLL CURSOR FOR " + sql_of(txn, spec, query));
    std::uint64_t count = 0;
    for (bool first = true;; first = false) {
        const auto rows = txn.exec("FETCH " + std::to_string(kRowsAtOnce) + " FROM report");
        if (first) {
            columns(columns_of(rows));
        }
        for (const auto& fetched : rows) {
            row(row_of(fetched));
            ++count;
        }
        if (rows.size() < kRowsAtOnce) {
            return count;
        }
    }
}

std::optional<std::uint64_t> ReportReader::load_head(const std::string& market) {
    pqxx::work txn{connection_.session()};
    const auto found = txn.exec_params(
        "SELECT k.block_number FROM redink.market m LEFT JOIN redink.cursor k USING (market_id) "
        "WHERE m.name = $1",
        market);
    if (found.empty()) {
        throw std::invalid_argument{"there is no market \"" + market +
                                    "\" in this database; redink sync adds those of redink.toml"};
    }
    return found[0][0].is_null() ? std::nullopt : std::optional{found[0][0].as<std::uint64_t>()};
}

std::vector<std::string> ReportReader::load_market_names() {
    pqxx::work txn{connection_.session()};
    std::vector<std::string> names;
    for (const auto& row : txn.exec("SELECT name FROM redink.market ORDER BY market_id")) {
        names.push_back(row[0].c_str());
    }
    return names;
}

}  // namespace redink::store
