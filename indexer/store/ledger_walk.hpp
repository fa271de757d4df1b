#pragma once

#include <cstdint>
#include <functional>

#include "indexer/store/ledger_rows.hpp"

namespace redink::store {

class Connection;

/// Who is told of a walk over the books.
struct BookVisitor {
    /// Every entry, one at a time.
    std::function<void(const StoredEntry&)> entry;

    /// Every entry of both books that takes effect up to the end of this block was told.
    std::function<void(std::uint64_t block)> block_ended;
};

/// Walks both books of a market up to a block, side by side in the order in which entries take
/// effect: block by block, the contract book first, by position within a block; corrections stand
/// at the block that they correct. One snapshot of the database, entries in bounded pieces. The
/// visitor may not use the connection. Changes nothing; database trouble throws.
void walk_books(Connection& connection,
                const MarketRecord& market,
                chain::BlockNumber last,
                const BookVisitor& visitor);

}  // namespace redink::store
