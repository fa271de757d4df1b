#include "indexer/sync/fork_search.hpp"

#include <algorithm>

namespace redink::sync {

ForkSearch::ForkSearch(chain::BlockNumber top, chain::BlockNumber floor)
    : window_{{top, top}}, floor_{std::min(floor, top)} {
}

std::optional<chain::BlockRange> ForkSearch::next() const {
    return window_;
}

void ForkSearch::learn(std::span<const std::optional<chain::Hash32>> ours,
                       std::span<const std::optional<chain::Hash32>> theirs) {
    const chain::BlockRange window = *window_;
    for (std::size_t i = std::min({window.size(), ours.size(), theirs.size()}); i > 0; --i) {
        if (ours[i - 1] && ours[i - 1] == theirs[i - 1]) {
            fork_ = window.first + (i - 1);
            window_.reset();
            return;
        }
    }
    if (window.first <= floor_) {
        window_.reset();
        return;
    }
    const chain::BlockNumber last = window.first - 1;
    const std::uint64_t width = std::min({window.size() * 2, kWidestWindow, last - floor_ + 1});
    window_ = chain::BlockRange{last - (width - 1), last};
}

}  // namespace redink::sync
