#include "indexer/sync/deriver.hpp"

namespace redink::sync {

Deriver::Deriver(std::unique_ptr<protocols::Market> market, std::size_t max_positions)
    : market_{std::move(market)}, max_positions_{max_positions} {
}

Deriver::Deriver(std::unique_ptr<protocols::Market> market,
                 store::DerivedReader& reader,
                 std::size_t max_positions)
    : market_{std::move(market)}, max_positions_{max_positions} {
    rows::Snapshot snapshot = reader.load_snapshot();
    market_->restore(snapshot);
    reserves_ = static_cast<rows::ReserveId>(snapshot.reserves.size());
    const std::int64_t count = reader.load_position_count();
    if (count == 0) {
        return;
    }
    book_ = protocols::PositionBook{count + 1};
    if (count <= static_cast<std::int64_t>(max_positions_)) {
        for (const store::StoredPosition& position : reader.load_all_positions()) {
            book_.insert(position.key, position.id, position.state);
        }
        book_.declare_complete();
    }
}

Result<rows::Batch> Deriver::apply(std::span<const BlockLogs> blocks, const LoadPositions& load) {
    book_.trim(max_positions_);
    book_.set_stored_reserves(reserves_);
    std::vector<rows::PositionKey> keys;
    for (const BlockLogs& block : blocks) {
        for (const chain::Log& log : block.logs) {
            market_->touched(log, keys);
        }
    }
    const std::vector<rows::PositionKey> missing = book_.missing(keys);
    if (!missing.empty()) {
        for (const rows::PositionKey& key : missing) {
            book_.insert(key, 0, {});
        }
        for (const store::StoredPosition& position : load(missing)) {
            book_.insert(position.key, position.id, position.state);
        }
    }
    rows::Batch batch;
    for (const BlockLogs& block : blocks) {
        market_->begin_block({block.number, block.timestamp, block.proved});
        for (const chain::Log& log : block.logs) {
            if (auto applied = market_->apply(log, book_); !applied) {
                return applied.error();
            }
        }
        if (auto ended = market_->end_block(batch); !ended) {
            return ended.error();
        }
        book_.end_block(block.number, batch);
    }
    reserves_ += static_cast<rows::ReserveId>(batch.reserves.size());
    return batch;
}

}  // namespace redink::sync
