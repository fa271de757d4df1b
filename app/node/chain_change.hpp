#pragma once

#include "app/node/chain_view.hpp"

namespace redink::node {

/// How a chain differs from what was told of it before.
struct ChainChange {
    std::vector<const recording::RecordedBlock*> removed;  ///< replaced, the newest first
    std::vector<const recording::RecordedBlock*> added;    ///< the oldest first
};

/// Remembers what was told of a view, so that each block is told once, and once more when it is
/// replaced. A block that is only hidden by a lag is not told again.
class ChangeTracker {
  public:
    /// Everything up to the present head counts as told.
    explicit ChangeTracker(const ChainView& view);

    /// What is new since the last time.
    [[nodiscard]] ChainChange follow(const ChainView& view);

  private:
    chain::BlockNumber told_;
    /// Told blocks above the canonical ones: those that can still be replaced, the oldest first.
    std::vector<const recording::RecordedBlock*> unsettled_;
};

}  // namespace redink::node
