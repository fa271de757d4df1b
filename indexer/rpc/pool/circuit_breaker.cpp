#include "indexer/rpc/pool/circuit_breaker.hpp"

#include <algorithm>

namespace redink::rpc {
namespace {

using std::chrono::milliseconds;

constexpr unsigned kFailures = 4;
constexpr milliseconds kFirstRest{2'000};
constexpr milliseconds kLongestRest{300'000};
constexpr unsigned kMostDoublings = 8;

}  // namespace

CircuitBreaker::State CircuitBreaker::state(Time now) const {
    if (closed_) {
        return State::closed;
    }
    return now < until_ ? State::open : State::half_open;
}

bool CircuitBreaker::allows(Time now) const {
    return closed_ || (now >= until_ && !probing_);
}

void CircuitBreaker::begin(Time now) {
    probing_ = probing_ || state(now) == State::half_open;
}

void CircuitBreaker::on_success() {
    *this = CircuitBreaker{};
}

void CircuitBreaker::on_failure(Time now) {
    ++failures_;
    const bool probe_failed = !closed_ && now >= until_;
    if (probe_failed || (closed_ && failures_ >= kFailures)) {
        open(now);
    }
}

void CircuitBreaker::on_nothing() {
    probing_ = false;
}

void CircuitBreaker::open(Time now) {
    const milliseconds rest = std::min(kFirstRest * (1U << rests_), kLongestRest);
    rests_ = std::min(rests_ + 1, kMostDoublings);
    closed_ = false;
    probing_ = false;
    until_ = now + rest;
}

}  // namespace redink::rpc
