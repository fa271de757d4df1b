#include "app/node/chain_view.hpp"

#include <algorithm>
#include <stdexcept>

namespace redink::node {

using recording::RecordedBlock;

ChainView::ChainView(const recording::Recording& recording, std::optional<chain::BlockNumber> head)
    : recording_{&recording}, canonical_{head.value_or(recording.range().last)} {
    if (recording.find(canonical_) == nullptr) {
        const chain::BlockRange all = recording.range();
        throw std::runtime_error{"the head " + std::to_string(canonical_.value()) +
                                 " is not in the recording; it holds blocks " +
                                 std::to_string(all.first.value()) + " to " +
                                 std::to_string(all.last.value())};
    }
}

bool ChainView::advance() {
    if (branch_ == nullptr) {
        branch_ = branch_at(canonical_);
        branch_shown_ = 0;
    }
    if (branch_ != nullptr) {
        if (branch_shown_ < branch_->blocks.size()) {
            ++branch_shown_;
        } else {
            replace_branch();
        }
        return true;
    }
    if (canonical_ == recording_->range().last) {
        return false;
    }
    ++canonical_;
    return true;
}

void ChainView::replace_branch() {
    const std::uint64_t left = recording_->range().last - canonical_;
    canonical_ = canonical_ + std::min<std::uint64_t>(branch_->blocks.size() + 1, left);
    branch_ = nullptr;
}

std::size_t ChainView::unreachable_branches() const {
    ChainView ahead = *this;
    std::size_t played = 0;
    const recording::Branch* last = nullptr;
    do {
        played += ahead.branch_ != nullptr && ahead.branch_ != last ? 1U : 0U;
        last = ahead.branch_;
    } while (ahead.advance());
    return recording_->branches().size() - played;
}

const recording::Branch* ChainView::branch_at(chain::BlockNumber parent) const {
    // A branch needs a canonical block to be replaced by.
    if (parent == recording_->range().last) {
        return nullptr;
    }
    const std::vector<recording::Branch>& all = recording_->branches();
    const auto found = std::find_if(all.begin(), all.end(), [&](const recording::Branch& branch) {
        return branch.parent == parent;
    });
    return found == all.end() ? nullptr : &*found;
}

chain::BlockNumber ChainView::head_number() const {
    const chain::BlockNumber head = canonical_ + (branch_ == nullptr ? 0 : branch_shown_);
    return head - std::min(lag_, head - first());
}

const RecordedBlock& ChainView::head() const {
    return *find(head_number());
}

const RecordedBlock& ChainView::below_head(std::uint64_t depth) const {
    const chain::BlockNumber head = head_number();
    return *find(head - std::min(depth, head - first()));
}

const RecordedBlock* ChainView::find(chain::BlockNumber number) const {
    if (number > head_number()) {
        return nullptr;
    }
    if (number > canonical_) {
        return &branch_->blocks[number - canonical_ - 1];
    }
    return recording_->find(number);
}

const RecordedBlock* ChainView::find(const chain::Hash32& hash) const {
    const RecordedBlock* block = recording_->find(hash);
    if (block != nullptr && find(block->ref.number) == block) {
        return block;
    }
    for (std::size_t i = 0; branch_ != nullptr && i < branch_shown_; ++i) {
        const RecordedBlock& replaced = branch_->blocks[i];
        if (replaced.ref.hash == hash && find(replaced.ref.number) == &replaced) {
            return &replaced;
        }
    }
    return nullptr;
}

std::optional<recording::ReceiptPosition> ChainView::find_receipt(const chain::Hash32& txn) const {
    const std::optional<recording::ReceiptPosition> found = recording_->find_receipt(txn);
    if (found && find(found->block->ref.number) == found->block) {
        return found;
    }
    for (std::size_t i = 0; branch_ != nullptr && i < branch_shown_; ++i) {
        const RecordedBlock& block = branch_->blocks[i];
        for (std::size_t receipt = 0; receipt < block.receipts.size(); ++receipt) {
            if (block.receipts[receipt].txn_hash == txn && find(block.ref.number) == &block) {
                return recording::ReceiptPosition{&block, receipt};
            }
        }
    }
    return std::nullopt;
}

bool ChainView::is_on_chain(const RecordedBlock& block) const {
    if (block.ref.number <= canonical_) {
        return is_canonical(block);
    }
    const std::uint64_t place = block.ref.number - canonical_ - 1;
    return branch_ != nullptr && place < branch_shown_ && &branch_->blocks[place] == &block;
}

bool ChainView::is_canonical(const RecordedBlock& block) const {
    return recording_->find(block.ref.number) == &block;
}

std::vector<VisibleLog> ChainView::logs(chain::BlockRange range,
                                        const recording::NumberedFilter& filter) const {
    std::vector<VisibleLog> found;
    const auto take_block = [&](const RecordedBlock& block) {
        for (std::uint32_t i = 0; i < block.logs.size(); ++i) {
            if (filter.admits(block.logs[i])) {
                found.push_back({&block, i});
            }
        }
    };
    chain::BlockNumber next = range.first;
    if (range.first <= canonical_) {
        const chain::BlockNumber last = std::min(range.last, canonical_);
        const auto from = static_cast<std::uint32_t>(range.first - first());
        const auto to = static_cast<std::uint32_t>(last - first());
        const auto candidates = recording_->log_index().candidates(filter, from, to);
        if (!candidates) {
            for (std::uint32_t place = from; place <= to; ++place) {
                take_block(recording_->blocks()[place]);
            }
        } else {
            for (const recording::LogPosition& at : *candidates) {
                const RecordedBlock& block = recording_->blocks()[at.block];
                if (filter.admits(block.logs[at.log])) {
                    found.push_back({&block, at.log});
                }
            }
        }
        next = last + 1;
    }
    for (; next <= range.last; ++next) {
        take_block(*find(next));
    }
    return found;
}

}  // namespace redink::node
