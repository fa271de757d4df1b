#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "indexer/chain/log.hpp"

namespace redink::store {

/// What is kept of a verified header.
struct StoredHeader {
    chain::BlockNumber number;
    chain::Hash32 hash;
    chain::Hash32 parent_hash;
    std::uint64_t timestamp = 0;  ///< Unix seconds
};

/// A fetched and proved run of blocks.
struct RangeFacts {
    chain::BlockRange range;
    std::vector<StoredHeader> headers;  ///< ascending; all of the range, or those that matter
    std::vector<chain::Log> logs;       ///< by block and log index
    std::string proof;                  ///< headers, bloom, receipts or second-source
    std::int32_t endpoint = 0;
    std::vector<std::int32_t> sources;
};

/// A block with its logs, read back.
struct StoredBlock {
    StoredHeader header;
    std::vector<chain::Log> logs;
};

}  // namespace redink::store
