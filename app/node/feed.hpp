#pragma once

#include <functional>
#include <list>

#include "app/node/chain_change.hpp"

namespace redink::node {

/// Moves the head of a view and tells what changed to those who joined, step by step.
class Feed {
  public:
    using Listener = std::function<void(const ChainChange&)>;
    using Place = std::list<Listener>::iterator;

    /// The view must outlive the feed, and nobody else may move it.
    explicit Feed(ChainView& view);

    /// Takes up to `steps` steps of the view.
    void advance(std::uint64_t steps);

    /// True when the view had a step left; it was taken.
    bool advance();

    /// A listener must not join or leave while it is told.
    [[nodiscard]] Place join(Listener listener);

    void leave(Place place);

  private:
    ChainView& view_;
    ChangeTracker tracker_;
    std::list<Listener> listeners_;
};

}  // namespace redink::node
