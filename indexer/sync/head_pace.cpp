#include "indexer/sync/head_pace.hpp"

#include <algorithm>

namespace redink::sync {
namespace {

// Blocks that a socket may be behind a poll: announcements take their time.
constexpr std::uint64_t kMostBehind = 3;

// Weight of a new measurement, one in so many.
constexpr int kSmoothing = 8;

}  // namespace

void HeadPace::on_head(chain::BlockNumber number, Time now) {
    if (last_ && number > *last_) {
        const auto passed = std::chrono::duration_cast<Milliseconds>(now - last_at_);
        const auto blocks =
            static_cast<std::int64_t>(std::min<std::uint64_t>(number - *last_, 1'000'000));
        const Milliseconds each{std::clamp<std::int64_t>(passed.count() / blocks, 1, 600'000)};
        block_time_ += (each - block_time_) / kSmoothing;
        block_time_ = std::max(block_time_, Milliseconds{1});
    }
    if (!last_ || number > *last_) {
        last_ = number;
        last_at_ = now;
    }
}

void HeadPace::on_socket_works() {
    losses_ = 0;
}

void HeadPace::on_socket_lost() {
    ++losses_;
}

HeadPace::Milliseconds HeadPace::poll() const {
    return std::clamp(block_time_ / 2, kShortestPoll, kLongestPoll);
}

HeadPace::Milliseconds HeadPace::silence() const {
    return std::clamp(block_time_ * 20, kShortestSilence, kLongestSilence);
}

HeadPace::Milliseconds HeadPace::check() const {
    return silence() / 3;
}

HeadPace::Milliseconds HeadPace::rest() const {
    constexpr unsigned kMostDoublings = 10;
    const Milliseconds wait{1'000 << std::min(losses_, kMostDoublings)};
    return losses_ == 0 ? Milliseconds{0} : std::min(wait / 2, kLongestRest);
}

bool HeadPace::is_stuck(chain::BlockNumber polled, chain::BlockNumber announced) const {
    return polled > announced + kMostBehind;
}

}  // namespace redink::sync
