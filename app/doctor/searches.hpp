#pragma once

#include <cstdint>
#include <optional>

#include "indexer/chain/types.hpp"

namespace redink::app {

/// Finds the largest size that works, by doubling and then halving the gap. Pure: the caller tries.
class SizeSearch {
  public:
    /// Sizes from 1 to `most`, which is at least 1.
    explicit SizeSearch(std::uint64_t most) : most_{most} {
    }

    /// The size to try next; empty when the search is over.
    [[nodiscard]] std::optional<std::uint64_t> next() const;

    /// Whether next() worked.
    void take(bool worked);

    /// The largest size that worked, 0 if none did.
    [[nodiscard]] std::uint64_t works() const {
        return works_;
    }

    /// True when a larger size was tried and did not work.
    [[nodiscard]] bool is_limited() const {
        return fails_.has_value();
    }

  private:
    std::uint64_t most_;
    std::uint64_t works_ = 0;
    std::optional<std::uint64_t> fails_;
};

/// Finds the first block that has something which all later blocks have too, by bisection within a
/// number of tries. Pure: the caller tries.
class FirstBlockSearch {
  public:
    /// `lacking` is known not to have it, `having` to have it, and is above.
    FirstBlockSearch(chain::BlockNumber lacking, chain::BlockNumber having, unsigned tries)
        : lacking_{lacking}, having_{having}, tries_{tries} {
    }

    /// The block to try next; empty when the search is over.
    [[nodiscard]] std::optional<chain::BlockNumber> next() const;

    /// Whether next() has it.
    void take(bool has);

    /// The lowest block that is known to have it.
    [[nodiscard]] chain::BlockNumber first() const {
        return having_;
    }

    /// True when the block below is known not to have it.
    [[nodiscard]] bool is_exact() const {
        return having_ - lacking_ == 1;
    }

  private:
    chain::BlockNumber lacking_;
    chain::BlockNumber having_;
    unsigned tries_;
};

}  // namespace redink::app
