#pragma once

#include "indexer/recording/recording.hpp"

namespace redink::node {

/// A log that is visible now.
struct VisibleLog {
    const recording::RecordedBlock* block = nullptr;
    std::uint32_t index = 0;  ///< in its block

    [[nodiscard]] const recording::RecordedLog& log() const {
        return block->logs[index];
    }
};

/// What of a recording is visible: the canonical blocks up to a height, and on top of them the
/// blocks of a branch that is being played and will be replaced. The recording must outlive it.
class ChainView {
  public:
    /// Shows everything up to `head`, or the whole recording. Throws std::runtime_error when the
    /// recording has no such block.
    explicit ChainView(const recording::Recording& recording,
                       std::optional<chain::BlockNumber> head = std::nullopt);

    /// One step: a block more, be it of a branch, or the replacement of a whole branch by canonical
    /// blocks, one longer than it was if the recording has them. False when nothing is left.
    bool advance();

    /// How many branches can never be shown, because their parent is already below the head or
    /// inside the blocks that replace another branch.
    [[nodiscard]] std::size_t unreachable_branches() const;

    [[nodiscard]] const recording::RecordedBlock& head() const;

    [[nodiscard]] chain::BlockNumber first() const {
        return recording_->range().first;
    }

    /// A block `depth` below the head, or the first one on a short chain.
    [[nodiscard]] const recording::RecordedBlock& below_head(std::uint64_t depth) const;

    [[nodiscard]] const recording::RecordedBlock* find(chain::BlockNumber number) const;

    [[nodiscard]] const recording::RecordedBlock* find(const chain::Hash32& hash) const;

    [[nodiscard]] std::optional<recording::ReceiptPosition> find_receipt(
        const chain::Hash32& txn) const;

    /// True unless the block was replaced or is still to come, also while a lag hides it.
    [[nodiscard]] bool is_on_chain(const recording::RecordedBlock& block) const;

    /// False for a block of a branch.
    [[nodiscard]] bool is_canonical(const recording::RecordedBlock& block) const;

    /// The logs of these blocks that pass the filter, in order. The range must be visible.
    [[nodiscard]] std::vector<VisibleLog> logs(chain::BlockRange range,
                                               const recording::NumberedFilter& filter) const;

    [[nodiscard]] const recording::Recording& recording() const {
        return *recording_;
    }

    /// Hides the last blocks, as an endpoint does that lags behind the others.
    void set_lag(std::uint64_t blocks) {
        lag_ = blocks;
    }

  private:
    [[nodiscard]] chain::BlockNumber head_number() const;
    [[nodiscard]] const recording::Branch* branch_at(chain::BlockNumber parent) const;
    void replace_branch();

    const recording::Recording* recording_;
    chain::BlockNumber canonical_;  ///< last canonical block that is shown
    const recording::Branch* branch_ = nullptr;
    std::size_t branch_shown_ = 0;
    std::uint64_t lag_ = 0;
};

}  // namespace redink::node
