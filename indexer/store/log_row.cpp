#include "indexer/store/log_row.hpp"

#include <pqxx/row>

#include "indexer/store/sql_values.hpp"

namespace redink::store {

chain::Log log_of(const pqxx::row& row) {
    constexpr int kFirstTopic = 6;
    chain::Log log;
    log.block = chain::BlockNumber{row[0].as<std::uint64_t>()};
    log.block_hash = fixed_of<chain::Hash32>(row[1].c_str());
    log.log_index = row[2].as<std::uint32_t>();
    log.txn_index = row[3].as<std::uint32_t>();
    log.txn_hash = fixed_of<chain::Hash32>(row[4].c_str());
    log.address = fixed_of<chain::Address>(row[5].c_str());
    for (int i = 0; i < 4 && !row[kFirstTopic + i].is_null(); ++i) {
        log.topics.at(static_cast<std::size_t>(i)) =
            fixed_of<chain::Hash32>(row[kFirstTopic + i].c_str());
        ++log.topic_count;
    }
    log.data = bytes_of(row[kLogColumnCount - 1].c_str());
    return log;
}

}  // namespace redink::store
