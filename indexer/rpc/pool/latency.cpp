#include "indexer/rpc/pool/latency.hpp"

#include <algorithm>

namespace redink::rpc {
namespace {

/// Weight of the newest answer.
constexpr double kWeight = 0.2;

/// A median of fewer answers is no custom yet.
constexpr std::size_t kCustom = 16;

constexpr int kTimesUsual = 4;
constexpr std::chrono::milliseconds kHiccup{1'000};

}  // namespace

void Latency::add(Duration took) {
    const auto ms = static_cast<double>(took.count());
    average_ms_ = count_ == 0 ? ms : average_ms_ + kWeight * (ms - average_ms_);
    window_[next_] = took;
    next_ = (next_ + 1) % kWindow;
    count_ = std::min(count_ + 1, kWindow);
}

Latency::Duration Latency::average() const {
    return Duration{static_cast<std::int64_t>(average_ms_)};
}

Latency::Duration Latency::quantile(double share) const {
    if (count_ == 0) {
        return Duration{0};
    }
    std::array<Duration, kWindow> sorted = window_;
    const auto last = static_cast<double>(count_ - 1);
    const auto rank = static_cast<std::ptrdiff_t>(std::clamp(share, 0.0, 1.0) * last + 0.5);
    std::nth_element(sorted.begin(),
                     sorted.begin() + rank,
                     sorted.begin() + static_cast<std::ptrdiff_t>(count_));
    return sorted[static_cast<std::size_t>(rank)];
}

bool Latency::far_above_usual() const {
    const Duration usual = quantile(0.5);
    return count_ >= kCustom && average() > kTimesUsual * usual && average() > usual + kHiccup;
}

}  // namespace redink::rpc
