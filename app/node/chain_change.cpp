#include "app/node/chain_change.hpp"

namespace redink::node {

using recording::RecordedBlock;

ChangeTracker::ChangeTracker(const ChainView& view) : told_{view.head().ref.number} {
    for (chain::BlockNumber next = told_; !view.is_canonical(*view.find(next)); next = next - 1) {
        unsettled_.insert(unsettled_.begin(), view.find(next));
    }
}

ChainChange ChangeTracker::follow(const ChainView& view) {
    ChainChange change;
    while (!unsettled_.empty() && !view.is_on_chain(*unsettled_.back())) {
        change.removed.push_back(unsettled_.back());
        told_ = unsettled_.back()->ref.number - 1;
        unsettled_.pop_back();
    }
    while (told_ < view.head().ref.number) {
        ++told_;
        const RecordedBlock* block = view.find(told_);
        change.added.push_back(block);
        if (!view.is_canonical(*block)) {
            unsettled_.push_back(block);
        }
    }
    return change;
}

}  // namespace redink::node
