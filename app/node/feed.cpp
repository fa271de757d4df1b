#include "app/node/feed.hpp"

namespace redink::node {

Feed::Feed(ChainView& view) : view_{view}, tracker_{view} {
}

bool Feed::advance() {
    if (!view_.advance()) {
        return false;
    }
    const ChainChange change = tracker_.follow(view_);
    for (const Listener& listener : listeners_) {
        listener(change);
    }
    return true;
}

void Feed::advance(std::uint64_t steps) {
    for (std::uint64_t i = 0; i < steps && advance(); ++i) {
    }
}

Feed::Place Feed::join(Listener listener) {
    return listeners_.insert(listeners_.end(), std::move(listener));
}

void Feed::leave(Place place) {
    listeners_.erase(place);
}

}  // namespace redink::node
