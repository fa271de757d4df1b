#pragma once

#include "indexer/chain/result.hpp"
#include "indexer/store/facts.hpp"
#include "indexer/store/market_registry.hpp"

namespace pqxx {
class transaction_base;
}

namespace redink::store {

/// Error (reorganised) when a header of `facts` is not the stored canonical block of its height.
[[nodiscard]] Result<void> check_same_blocks(pqxx::transaction_base& txn,
                                             const MarketRecord& market,
                                             const RangeFacts& facts);

/// Error (reorganised) when `facts` do not link to the stored blocks before and after their range.
[[nodiscard]] Result<void> check_links(pqxx::transaction_base& txn,
                                       const MarketRecord& market,
                                       const RangeFacts& facts);

}  // namespace redink::store
