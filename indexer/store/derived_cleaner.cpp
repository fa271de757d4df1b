#include <algorithm>

#include <pqxx/pqxx>

#include "indexer/store/derived_tables.hpp"
#include "indexer/store/derived_writer.hpp"

namespace redink::store {
namespace {

void delete_rows(pqxx::transaction_base& txn,
                 const std::string& table,
                 const MarketRecord& market,
                 std::uint64_t from) {
    txn.exec("DELETE FROM derived." + table + " WHERE market_id = " + std::to_string(market.id) +
             " AND from_block >= " + std::to_string(from));
}

bool is_only_market(pqxx::transaction_base& txn) {
    return txn.exec1("SELECT count(*) FROM redink.market")[0].as<int>() == 1;
}

// Keeps it the only one to the end of the transaction: TRUNCATE takes everybody's rows.
bool stays_only_market(pqxx::transaction_base& txn) {
    if (!is_only_market(txn)) {
        return false;
    }
    txn.exec("LOCK TABLE redink.market IN SHARE MODE");
    return is_only_market(txn);
}

}  // namespace

void delete_derived(pqxx::transaction_base& txn,
                    const MarketRecord& market,
                    std::optional<chain::BlockNumber> above) {
    // What is booked was booked from these rows, and books that stopped may have stopped at them.
    txn.exec_params(
        "INSERT INTO ledger.rederived SELECT market_id FROM ledger.cursor WHERE market_id = $1 "
        "AND block_number > $2 UNION SELECT h.market_id FROM ledger.halt h JOIN redink.market m "
        "USING (market_id) JOIN redink.finalized f USING (chain_id) WHERE h.market_id = $1 AND "
        "h.cause = 'books' AND f.block_number > $2 ON CONFLICT DO NOTHING",
        market.id,
        above ? static_cast<std::int64_t>(above->value()) : std::int64_t{-1});
    // Emptied tables are filled from their first page again, so that two derivations of the same
    // facts are alike down to the order of rows in a dump.
    const bool empty = !above && stays_only_market(txn);
    const auto clear = [&](const char* table) {
        if (empty) {
            txn.exec("TRUNCATE derived." + std::string{table});
        } else {
            delete_rows(txn, table, market, above ? above->value() + 1 : 0);
        }
    };
    std::for_each(kAdapterTables.begin(), kAdapterTables.end(), clear);
    std::for_each(kBookTables.begin(), kBookTables.end(), clear);
}

}  // namespace redink::store
