#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "indexer/chain/types.hpp"

namespace redink::sync {

/// Finds where two versions of a chain part, by comparing hashes from the top down: one height at
/// first, because most reorganisations are of one block, then windows that double. Pure.
class ForkSearch {
  public:
    /// Heights asked at once at most: one request of headers.
    static constexpr std::uint64_t kWidestWindow = 128;

    /// Searches from `top`, which is stored, down to `floor`, the lowest that may change.
    ForkSearch(chain::BlockNumber top, chain::BlockNumber floor);

    /// The heights to compare next; empty when the search is over.
    [[nodiscard]] std::optional<chain::BlockRange> next() const;

    /// The hashes on both sides, by height of next(), ascending. Heights that only one side has
    /// count as not agreeing.
    void learn(std::span<const std::optional<chain::Hash32>> ours,
               std::span<const std::optional<chain::Hash32>> theirs);

    /// The highest height where both agree; empty while unknown, and when they part below the
    /// floor.
    [[nodiscard]] std::optional<chain::BlockNumber> fork() const {
        return fork_;
    }

    /// True when not even the floor agrees.
    [[nodiscard]] bool failed() const {
        return !fork_ && !next();
    }

  private:
    std::optional<chain::BlockRange> window_;
    chain::BlockNumber floor_;
    std::optional<chain::BlockNumber> fork_;
};

}  // namespace redink::sync
