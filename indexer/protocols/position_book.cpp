#include "indexer/protocols/position_book.hpp"

#include <unordered_set>

#include "accounting/money/invariant.hpp"

namespace redink::protocols {

std::vector<rows::PositionKey> PositionBook::missing(
    const std::vector<rows::PositionKey>& keys) const {
    std::vector<rows::PositionKey> absent;
    if (complete_) {
        return absent;
    }
    std::unordered_set<rows::PositionKey> seen;
    for (const rows::PositionKey& key : keys) {
        if (!entries_.contains(key) && seen.insert(key).second) {
            absent.push_back(key);
        }
    }
    return absent;
}

void PositionBook::insert(const rows::PositionKey& key,
                          rows::PositionId id,
                          const rows::PositionState& state) {
    entries_[key] = Entry{id, false, state};
}

const rows::PositionState& PositionBook::get(const rows::PositionKey& key) const {
    static const rows::PositionState none;
    const auto found = entries_.find(key);
    invariant(found != entries_.end() || may_be_absent(key),
              "position was not loaded before its use");
    return found == entries_.end() ? none : found->second.state;
}

rows::PositionState& PositionBook::change(const rows::PositionKey& key) {
    const auto [found, added] = entries_.try_emplace(key);
    invariant(!added || may_be_absent(key), "position was not loaded before its change");
    Entry& entry = found->second;
    if (!entry.changed) {
        entry.changed = true;
        changes_.push_back({&found->first, &entry, entry.state});
    }
    return entry.state;
}

void PositionBook::end_block(chain::BlockNumber block, rows::Batch& batch) {
    for (const Change& change : changes_) {
        Entry& entry = *change.entry;
        entry.changed = false;
        if (entry.state == change.before) {
            continue;
        }
        if (entry.id == 0) {
            entry.id = next_id_++;
            batch.positions.push_back({entry.id, *change.key, block});
        }
        batch.position_versions.push_back({entry.id, block, entry.state});
    }
    changes_.clear();
}

void PositionBook::trim(std::size_t limit) {
    invariant(changes_.empty(), "positions trimmed within a block");
    if (entries_.size() > limit) {
        entries_.clear();
        complete_ = false;
    }
}

}  // namespace redink::protocols
