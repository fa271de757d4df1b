#include "indexer/store/fact_reader.hpp"

#include <pqxx/pqxx>

#include "indexer/store/connection.hpp"
#include "indexer/store/log_row.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {
namespace {

// Logs read at once: tens of megabytes in memory, and few enough round trips.
constexpr int kLogsAtOnce = 20'000;

}  // namespace

FactReader::FactReader(Connection& connection,
                       const MarketRecord& market,
                       std::vector<chain::Address> contracts,
                       chain::BlockNumber last)
    : FactReader{
          connection, market, std::move(contracts), chain::BlockRange{market.from_block, last}} {
}

FactReader::FactReader(Connection& connection,
                       MarketRecord market,
                       std::vector<chain::Address> contracts,
                       chain::BlockRange range)
    : connection_{connection},
      market_{std::move(market)},
      contracts_{std::move(contracts)},
      next_{range.first},
      last_{range.last} {
}

std::vector<StoredBlock> FactReader::load_next() {
    std::vector<StoredBlock> blocks;
    if (next_ > last_) {
        return blocks;
    }
    pqxx::work txn{connection_.session()};
    const auto end = txn.exec_params(
        "SELECT block_number FROM redink.log WHERE chain_id = $1 AND block_number BETWEEN $2 AND "
        "$3 ORDER BY block_number OFFSET $4 LIMIT 1",
        market_.chain_id,
        next_.value(),
        last_.value(),
        kLogsAtOnce);
    const chain::BlockNumber last =
        end.empty() ? last_ : chain::BlockNumber{end[0][0].as<std::uint64_t>()};
    for (const auto& row : txn.exec_params(
             std::string{"SELECT "} + kLogColumns +
                 ", b.parent_hash, b.\"timestamp\" FROM redink.log l JOIN redink.block b ON "
                 "b.chain_id = l.chain_id AND b.number = l.block_number AND b.fork = l.fork WHERE "
                 "l.chain_id = $1 AND l.block_number BETWEEN $2 AND $3 AND b.canonical AND "
                 "l.address = ANY ($4::bytea[]) ORDER BY l.block_number, l.log_index",
             market_.chain_id,
             next_.value(),
             last.value(),
             to_bytea_array(contracts_))) {
        const chain::Log log = log_of(row);
        if (blocks.empty() || blocks.back().header.number != log.block) {
            blocks.push_back({{log.block,
                               log.block_hash,
                               fixed_of<chain::Hash32>(row[kLogColumnCount].c_str()),
                               row[kLogColumnCount + 1].as<std::uint64_t>()},
                              {}});
        }
        blocks.back().logs.push_back(log);
    }
    next_ = last + 1;
    return blocks.empty() && next_ <= last_ ? load_next() : blocks;
}

}  // namespace redink::store
