#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "indexer/rows/batch.hpp"
#include "indexer/rows/position.hpp"

namespace redink::protocols {

/// The newest state of a market's positions, as many as fit. What does not fit lies in the
/// database: before logs are applied, the positions that they touch are loaded.
class PositionBook {
  public:
    /// A book that holds every position there is (an empty one, at first).
    PositionBook() = default;

    /// A book that holds a part; `next_id` is the first number not yet given.
    explicit PositionBook(rows::PositionId next_id) : next_id_{next_id}, complete_{false} {
    }

    /// Those of `keys` that have to be loaded before they are used, each once.
    [[nodiscard]] std::vector<rows::PositionKey> missing(
        const std::vector<rows::PositionKey>& keys) const;

    /// Puts in a position as stored; `id` 0 and a default state stand for "never existed".
    void insert(const rows::PositionKey& key,
                rows::PositionId id,
                const rows::PositionState& state);

    /// The state of a position; the default state when it never existed.
    [[nodiscard]] const rows::PositionState& get(const rows::PositionKey& key) const;

    /// The state of a position, to be changed within the current block.
    [[nodiscard]] rows::PositionState& change(const rows::PositionKey& key);

    /// Ends the block: numbers new positions and appends a version of each that differs from
    /// before the block.
    void end_block(chain::BlockNumber block, rows::Batch& batch);

    /// Forgets everything when more than `limit` positions are held; call between batches only.
    void trim(std::size_t limit);

    /// Reserves above `id` are not stored yet: their positions need no loading.
    void set_stored_reserves(rows::ReserveId id) {
        stored_reserves_ = id;
    }

    /// Says that every position there is was put in: none has to be loaded any more.
    void declare_complete() {
        complete_ = true;
    }

    /// The first number not yet given.
    [[nodiscard]] rows::PositionId next_id() const {
        return next_id_;
    }

    /// Positions held in memory.
    [[nodiscard]] std::size_t size() const {
        return entries_.size();
    }

  private:
    struct Entry {
        rows::PositionId id = 0;
        bool changed = false;
        rows::PositionState state;
    };

    struct Change {
        const rows::PositionKey* key;
        Entry* entry;
        rows::PositionState before;
    };

    std::unordered_map<rows::PositionKey, Entry> entries_;
    std::vector<Change> changes_;

    [[nodiscard]] bool may_be_absent(const rows::PositionKey& key) const {
        return complete_ || key.reserve > stored_reserves_;
    }

    rows::PositionId next_id_ = 1;
    rows::ReserveId stored_reserves_ = 0;
    bool complete_ = true;
};

}  // namespace redink::protocols
