#pragma once

#include "indexer/chain/log.hpp"

namespace pqxx {
class row;
}

namespace redink::store {

/// The columns that log_of reads, of redink.log as `l` and its block as `b`.
inline constexpr const char* kLogColumns =
    "l.block_number, b.hash, l.log_index, l.txn_index, l.txn_hash, l.address, l.topic0, l.topic1, "
    "l.topic2, l.topic3, l.data";

/// Number of kLogColumns.
inline constexpr int kLogColumnCount = 11;

/// The log in the first columns of a row.
[[nodiscard]] chain::Log log_of(const pqxx::row& row);

}  // namespace redink::store
