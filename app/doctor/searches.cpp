#include "app/doctor/searches.hpp"

#include <algorithm>

namespace redink::app {

std::optional<std::uint64_t> SizeSearch::next() const {
    if (!fails_) {
        const std::uint64_t doubled = std::max<std::uint64_t>(2 * works_, 1);
        return works_ == most_ ? std::nullopt : std::optional{std::min(doubled, most_)};
    }
    const std::uint64_t gap = *fails_ - works_;
    return gap <= 1 ? std::nullopt : std::optional{works_ + gap / 2};
}

void SizeSearch::take(bool worked) {
    const std::uint64_t size = *next();
    if (worked) {
        works_ = size;
    } else {
        fails_ = size;
    }
}

std::optional<chain::BlockNumber> FirstBlockSearch::next() const {
    if (tries_ == 0 || is_exact()) {
        return std::nullopt;
    }
    return lacking_ + (having_ - lacking_) / 2;
}

void FirstBlockSearch::take(bool has) {
    const chain::BlockNumber tried = *next();
    --tries_;
    if (has) {
        having_ = tried;
    } else {
        lacking_ = tried;
    }
}

}  // namespace redink::app
