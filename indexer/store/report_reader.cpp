#include "indexer/store/report_reader.hpp"

#include <stdexcept>

#include <pqxx/pqxx>

#include "indexer/store/connection.hpp"

namespace redink::store {
namespace {

// Rows held at once while a report is read.
constexpr int kRowsAtOnce = 2'000;

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

// Which rows of a view belong to the market, or to its chain.
std::string owner_condition(pqxx::work& txn, const ReportSpec& spec, const std::string& market) {
    if (!spec.of_chain) {
        return "q.market = " + txn.quote(market);
    }
    return "q.chain = (SELECT c.name FROM redink.market m JOIN redink.chain c USING (chain_id) "
           "WHERE m.name = " +
           txn.quote(market) + ")";
}

std::string sql_of(pqxx::work& txn, const ReportSpec& spec, const ReportQuery& query) {
    std::string sql = "SELECT q.* FROM " + std::string{spec.relation};
    std::string where;
    const auto add = [&where](const std::string& condition) {
        where += (where.empty() ? " WHERE (" : " AND (") + condition + ")";
    };
    if (spec.at_block) {
        sql += "(" + txn.quote(query.market) + ", " + std::to_string(query.block.value_or(0)) +
               (spec.has_kind && query.kind ? ", " + txn.quote(*query.kind) : std::string{}) +
               ") q";
    } else {
        sql += " q";
        if (!spec.of_chain || !query.market.empty()) {
            add(owner_condition(txn, spec, query.market));
        }
        if (query.block && !spec.block_column.empty()) {
            add("q." + std::string{spec.block_column} + " <= " + std::to_string(*query.block));
        }
    }
    if (query.account) {
        add("q." + std::string{spec.account_column} + " = " + txn.quote(*query.account));
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
