#include "indexer/store/take_back.hpp"

#include <pqxx/pqxx>

#include "indexer/store/derived_writer.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {
namespace {

void cut_coverage(pqxx::transaction_base& txn, std::int32_t market, std::uint64_t to) {
    txn.exec_params(
        "DELETE FROM redink.coverage c USING redink.source s WHERE s.source_id = c.source_id AND "
        "s.market_id = $1 AND c.from_block > $2",
        market,
        to);
    txn.exec_params(
        "UPDATE redink.coverage c SET to_block = $2 FROM redink.source s WHERE s.source_id = "
        "c.source_id AND s.market_id = $1 AND c.to_block > $2",
        market,
        to);
}

// What nodes answered about the state of the old branch is asked again on the new one.
void cut_answers(pqxx::transaction_base& txn, std::int32_t market, std::uint64_t to) {
    txn.exec_params("DELETE FROM redink.fact WHERE market_id = $1 AND from_block > $2", market, to);
}

// Who fetches what above the fork fetches the old branch.
void cut_backfill(pqxx::transaction_base& txn, std::int32_t market, std::uint64_t to) {
    txn.exec_params("DELETE FROM redink.lease WHERE market_id = $1 AND to_block > $2", market, to);
    txn.exec_params(
        "DELETE FROM redink.backfill WHERE market_id = $1 AND to_block > $2", market, to);
}

void move_back(pqxx::transaction_base& txn, const MarketRecord& market, const chain::BlockRef& to) {
    const auto cursor =
        txn.exec_params("SELECT FROM redink.cursor WHERE market_id = $1 AND block_number > $2",
                        market.id,
                        to.number.value());
    if (cursor.empty()) {
        return;
    }
    delete_derived(txn, market, to.number);
    if (to.number < market.from_block) {
        txn.exec_params("DELETE FROM redink.cursor WHERE market_id = $1", market.id);
        return;
    }
    txn.exec_params(
        "UPDATE redink.cursor SET block_number = $2, block_hash = $3 WHERE market_id = $1",
        market.id,
        to.number.value(),
        to_bytea(to.hash.view()));
}

}  // namespace

void take_back(pqxx::transaction_base& txn,
               const MarketRecord& market,
               const chain::BlockRef& fork) {
    txn.exec_params(
        "UPDATE redink.block SET canonical = false WHERE chain_id = $1 AND number > $2 AND "
        "canonical",
        market.chain_id,
        fork.number.value());
    for (const auto& row : txn.exec_params(
             "SELECT market_id, from_block FROM redink.market WHERE chain_id = $1 ORDER BY 1",
             market.chain_id)) {
        MarketRecord other = market;
        other.id = row[0].as<std::int32_t>();
        other.from_block = chain::BlockNumber{row[1].as<std::uint64_t>()};
        move_back(txn, other, fork);
        cut_coverage(txn, other.id, fork.number.value());
        cut_answers(txn, other.id, fork.number.value());
        cut_backfill(txn, other.id, fork.number.value());
    }
}

}  // namespace redink::store
