#include "indexer/sync/range_planner.hpp"

#include <algorithm>

namespace redink::sync {

RangePlanner::RangePlanner(chain::BlockRange stretch,
                           ProofLevel level,
                           std::optional<chain::BlockNumber> finalized)
    : next_{stretch.first},
      last_{stretch.last},
      level_{level},
      finalized_{finalized},
      limit_{kLongestSparseRange},
      size_{kFirstRange},
      sparse_{level == ProofLevel::headers},
      done_{stretch.first > stretch.last} {
}

std::uint64_t RangePlanner::longest() const {
    return std::min(limit_, sparse_ ? kLongestSparseRange : kLongestRange);
}

std::optional<PlannedRange> RangePlanner::next() {
    if (done_) {
        return std::nullopt;
    }
    const std::uint64_t left = last_ - next_ + 1;
    const bool later = sparse_ && left > kWorthLater;
    const std::uint64_t longest_now = later ? longest() : std::min(longest(), kLongestRange);
    const std::uint64_t within = later ? left - kWorthLater : left;
    const std::uint64_t blocks = std::min({size_, longest_now, within});
    const chain::BlockRange range{next_, next_ + (blocks - 1)};
    done_ = range.last == last_;
    next_ = range.last + 1;
    const bool may_fork = finalized_ && range.last > *finalized_;
    return PlannedRange{range,
                        later ? ProofLevel::headers : level_,
                        may_fork ? HeaderScope::all : HeaderScope::with_logs};
}

void RangePlanner::learn(const RangeYield& yield) {
    sparse_ = level_ == ProofLevel::headers || yield.blocks_with_logs * kSparse < yield.blocks;
    // Grow at most twofold, so that one quiet stretch does not lead to one huge range.
    const std::uint64_t wanted =
        yield.logs == 0 ? longest() : yield.blocks * kTargetLogs / yield.logs;
    size_ = std::clamp<std::uint64_t>(std::min(wanted, size_ * 2), 1, longest());
}

void RangePlanner::limit(std::uint64_t blocks) {
    limit_ = std::clamp<std::uint64_t>(blocks, 1, limit_);
    size_ = std::min(size_, limit_);
}

}  // namespace redink::sync
