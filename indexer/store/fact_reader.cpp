#include "indexer/store/fact_reader.hpp"

#include <pqxx/pqxx>

#include "indexer/store/connection.hpp"
#include "indexer/store/sql_values.hpp"

namespace redink::store {
namespace {

// Logs read at once: tens of megabytes in memory, and few enough round trips.
constexpr int kLogsAtOnce = 20'000;

chain::Log log_of(const pqxx::row& row) {
    chain::Log log;
    log.block = chain::BlockNumber{row[0].as<std::uint64_t>()};
    log.block_hash = fixed_of<chain::Hash32>(row[1].c_str());
    log.log_index = row[4].as<std::uint32_t>();
    log.txn_index = row[5].as<std::uint32_t>();
    log.txn_hash = fixed_of<chain::Hash32>(row[6].c_str());
    log.address = fixed_of<chain::Address>(row[7].c_str());
    for (int i = 0; i < 4 && !row[8 + i].is_null(); ++i) {
        log.topics.at(static_cast<std::size_t>(i)) = fixed_of<chain::Hash32>(row[8 + i].c_str());
        ++log.topic_count;
    }
    log.data = bytes_of(row[12].c_str());
    return log;
}

}  // namespace

FactReader::FactReader(Connection& connection,
                       MarketRecord market,
                       std::vector<chain::Address> contracts,
                       chain::BlockNumber last)
    : connection_{connection},
      market_{std::move(market)},
      contracts_{std::move(contracts)},
      next_{market_.from_block},
      last_{last} {
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
             "SELECT l.block_number, b.hash, b.parent_hash, b.\"timestamp\", l.log_index, "
             "l.txn_index, l.txn_hash, l.address, l.topic0, l.topic1, l.topic2, l.topic3, l.data "
             "FROM redink.log l JOIN redink.block b ON b.chain_id = l.chain_id AND b.number = "
             "l.block_number AND b.fork = l.fork WHERE l.chain_id = $1 AND l.block_number BETWEEN "
             "$2 AND $3 AND b.canonical AND l.address = ANY ($4::bytea[]) ORDER BY "
             "l.block_number, l.log_index",
             market_.chain_id,
             next_.value(),
             last.value(),
             to_bytea_array(contracts_))) {
        const chain::Log log = log_of(row);
        if (blocks.empty() || blocks.back().header.number != log.block) {
            blocks.push_back({{log.block,
                               log.block_hash,
                               fixed_of<chain::Hash32>(row[2].c_str()),
                               row[3].as<std::uint64_t>()},
                              {}});
        }
        blocks.back().logs.push_back(log);
    }
    next_ = last + 1;
    return blocks.empty() && next_ <= last_ ? load_next() : blocks;
}

}  // namespace redink::store
