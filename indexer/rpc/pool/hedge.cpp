#include "indexer/rpc/pool/hedge.hpp"

#include <algorithm>

namespace redink::rpc {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLeast{50};
constexpr milliseconds kMost{10'000};
constexpr milliseconds kUnknown{1'500};
constexpr std::size_t kEnoughSamples = 8;
constexpr double kQuantile = 0.95;

/// One request in ten may be asked twice.
constexpr double kShare = 0.1;

/// What a quiet time may save up.
constexpr double kMostCredit = 4;

}  // namespace

Hedge::Duration Hedge::delay(const Latency& first) {
    if (first.samples() < kEnoughSamples) {
        return kUnknown;
    }
    return std::clamp(first.quantile(kQuantile), kLeast, kMost);
}

void Hedge::on_request() {
    credit_ = std::min(kMostCredit, credit_ + kShare);
}

bool Hedge::try_take() {
    if (credit_ < 1) {
        return false;
    }
    credit_ -= 1;
    return true;
}

}  // namespace redink::rpc
