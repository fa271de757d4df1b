#include "indexer/store/derived_check.hpp"

#include <pqxx/pqxx>

#include "indexer/store/connection.hpp"
#include "indexer/store/derived_tables.hpp"
#include "indexer/store/derived_writer.hpp"

namespace redink::store {
namespace {

// What is in one of both only: how many rows, and of the first of either side what differs.
std::string sql_of(const std::string& table,
                   const MarketRecord& market,
                   const chain::BlockRange& range) {
    const std::string stored = "SELECT * FROM derived." + table +
                               " WHERE market_id = " + std::to_string(market.id) +
                               " AND from_block BETWEEN " + std::to_string(range.first.value()) +
                               " AND " + std::to_string(range.last.value());
    const std::string computed = "SELECT * FROM pg_temp." + table;
    return "WITH s AS MATERIALIZED (" + stored + " EXCEPT ALL " + computed +
           "), c AS MATERIALIZED (" + computed + " EXCEPT ALL " + stored +
           "), one AS (SELECT from_block, to_jsonb(s) AS j FROM s ORDER BY from_block, s LIMIT 1), "
           "other AS (SELECT from_block, to_jsonb(c) AS j FROM c ORDER BY from_block, c LIMIT 1), "
           "first AS (SELECT least(one.from_block, other.from_block) AS block, "
           "CASE WHEN one.from_block <= other.from_block OR other.j IS NULL THEN one.j END AS a, "
           "CASE WHEN other.from_block <= one.from_block OR one.j IS NULL THEN other.j END AS b "
           "FROM one FULL JOIN other ON true) "
           "SELECT (SELECT count(*) FROM s) + (SELECT count(*) FROM c), f.block, "
           "(SELECT string_agg(k || ' ' || coalesce(f.a ->> k, '(empty)'), ', ' ORDER BY k) "
           "FROM jsonb_object_keys(f.a) k WHERE f.b IS NULL OR f.a -> k <> f.b -> k), "
           "(SELECT string_agg(k || ' ' || coalesce(f.b ->> k, '(empty)'), ', ' ORDER BY k) "
           "FROM jsonb_object_keys(f.b) k WHERE f.a IS NULL OR f.a -> k <> f.b -> k), "
           "(SELECT string_agg(k || ' ' || (coalesce(f.a, f.b) ->> k), ', ' ORDER BY k) FROM "
           "unnest(ARRAY['reserve_id', 'position_id', 'account', 'asset', 'category', 'key', "
           "'field', 'log_index', 'ordinal']) k WHERE coalesce(f.a, f.b) ? k) "
           "FROM first f";
}

}  // namespace

struct DerivedCheck::Transaction {
    explicit Transaction(Connection& connection) : work{connection.session()} {
    }

    pqxx::work work;
};

DerivedCheck::DerivedCheck(Connection& connection, MarketRecord market)
    : connection_{connection},
      market_{std::move(market)},
      transaction_{std::make_unique<Transaction>(connection)} {
    pqxx::work& txn = transaction_->work;
    txn.exec("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    txn.exec("SET LOCAL jit = off");
    for (const std::string table : kAdapterTables) {
        txn.exec("CREATE TEMP TABLE " + table + " (LIKE derived." + table + ") ON COMMIT DROP");
    }
}

DerivedCheck::~DerivedCheck() = default;

void DerivedCheck::compare(const rows::Batch& batch, const chain::BlockRange& range) {
    write_derived(connection_, market_, batch, DerivedTables::computed);
    for (const std::string table : kAdapterTables) {
        compare(table, range);
        transaction_->work.exec("TRUNCATE pg_temp." + table);
    }
}

void DerivedCheck::compare(const std::string& table, const chain::BlockRange& range) {
    const auto found = transaction_->work.exec(sql_of(table, market_, range));
    if (found.empty()) {
        return;
    }
    const auto text = [](const pqxx::field& field) {
        return field.is_null() ? std::string{"no such row"} : std::string{field.c_str()};
    };
    const auto row = found[0];
    const DerivedDifference difference{row[0].as<std::uint64_t>(),
                                       row[1].as<std::uint64_t>(),
                                       row[4].c_str(),
                                       text(row[2]),
                                       text(row[3])};
    const auto [place, is_new] = differences_.try_emplace(table, difference);
    if (!is_new) {
        place->second.rows += difference.rows;
    }
}

}  // namespace redink::store
