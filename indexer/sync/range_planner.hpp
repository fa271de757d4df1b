#pragma once

#include <cstdint>
#include <optional>

#include "indexer/chain/types.hpp"

namespace redink::sync {

/// Cuts a stretch of blocks into ranges to fetch, one after another. The size follows the density
/// of logs, never above what the endpoint was seen to take. Pure.
class RangePlanner {
  public:
    /// Blocks of the first range: small enough for every public limit, large enough to learn from.
    static constexpr std::uint64_t kFirstRange = 128;

    /// Logs that a range should bring: a few megabytes of answer, well below the usual limit of
    /// 10,000 results, and a commit's worth of rows.
    static constexpr std::uint64_t kTargetLogs = 5'000;

    /// No range is longer: headers come block by block.
    static constexpr std::uint64_t kLongestRange = 2'000;

    /// Plans `stretch`; `longest` replaces kLongestRange where no headers are fetched.
    explicit RangePlanner(chain::BlockRange stretch, std::uint64_t longest = kLongestRange);

    /// The next range; empty at the end.
    [[nodiscard]] std::optional<chain::BlockRange> next();

    /// A range of `blocks` brought `logs`: later ranges aim at kTargetLogs.
    void learn(std::uint64_t blocks, std::uint64_t logs);

    /// The endpoint refused more than `blocks` at once: no later range is longer.
    void limit(std::uint64_t blocks);

    /// Blocks of the next range.
    [[nodiscard]] std::uint64_t size() const {
        return size_;
    }

  private:
    chain::BlockNumber next_;
    chain::BlockNumber last_;
    std::uint64_t longest_;
    std::uint64_t size_;
    bool done_ = false;
};

}  // namespace redink::sync
