#include "indexer/sync/range_planner.hpp"

#include <algorithm>

namespace redink::sync {

RangePlanner::RangePlanner(chain::BlockRange stretch, std::uint64_t longest)
    : next_{stretch.first},
      last_{stretch.last},
      longest_{longest},
      size_{std::min(kFirstRange, longest)},
      done_{stretch.first > stretch.last} {
}

std::optional<chain::BlockRange> RangePlanner::next() {
    if (done_) {
        return std::nullopt;
    }
    const std::uint64_t left = last_ - next_ + 1;
    const chain::BlockRange range{next_, next_ + (std::min(size_, left) - 1)};
    done_ = range.last == last_;
    next_ = range.last + 1;
    return range;
}

void RangePlanner::learn(std::uint64_t blocks, std::uint64_t logs) {
    // Grow at most twofold, so that one quiet stretch does not lead to one huge range.
    const std::uint64_t wanted = logs == 0 ? longest_ : blocks * kTargetLogs / logs;
    size_ = std::clamp<std::uint64_t>(std::min(wanted, size_ * 2), 1, longest_);
}

void RangePlanner::limit(std::uint64_t blocks) {
    longest_ = std::clamp<std::uint64_t>(blocks, 1, longest_);
    size_ = std::min(size_, longest_);
}

}  // namespace redink::sync
