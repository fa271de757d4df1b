#include "indexer/rpc/pool/rate_limit.hpp"

#include <algorithm>
#include <cmath>

namespace redink::rpc {
namespace {

using std::chrono::milliseconds;

/// Growth of the rate, in requests per second, for every second of successes after the first
/// objection.
constexpr double kStep = 4;

/// Objections to requests of one burst arrive together; they are one sign.
constexpr milliseconds kHalvingRest{1'000};

/// Slow answers show a reduced rate only after those in flight have come back.
constexpr milliseconds kSlowRest{10'000};

constexpr milliseconds kFirstPause{500};
constexpr milliseconds kLongestPause{30'000};

double seconds(Clock::Time::duration time) {
    return std::chrono::duration<double>(time).count();
}

}  // namespace

RateLimit::RateLimit(const RateOptions& options, Time now)
    : options_{options},
      rate_{options.start_per_second},
      tokens_{options.burst},
      settled_{now},
      paused_until_{now} {
}

double RateLimit::tokens(Time now) const {
    const double grown = rate_ * std::max(0.0, seconds(now - settled_));
    return std::min(options_.burst, tokens_ + grown);
}

void RateLimit::settle(Time now) {
    tokens_ = tokens(now);
    settled_ = std::max(settled_, now);
}

bool RateLimit::try_take(Time now) {
    settle(now);
    if (paused(now) || tokens_ < 1) {
        return false;
    }
    tokens_ -= 1;
    return true;
}

RateLimit::Duration RateLimit::wait(Time now, std::size_t ahead) const {
    const Time start = std::max(now, paused_until_);
    const double missing = static_cast<double>(ahead) + 1 - tokens(start);
    const auto silence = std::chrono::ceil<Duration>(start - now);
    if (missing <= 0) {
        return silence;
    }
    return silence + Duration{static_cast<std::int64_t>(std::ceil(1000 * missing / rate_))};
}

void RateLimit::on_success(Time now) {
    objections_ = 0;
    const bool used_up = tokens(now) < options_.burst / 2;
    if (used_up) {
        settle(now);
        rate_ = std::min(options_.most_per_second, rate_ + (starting_ ? 1 : kStep / rate_));
    }
}

void RateLimit::halve(Time now, double least) {
    settle(now);
    starting_ = false;
    halved_ = now;
    rate_ = std::max(std::min(rate_, least), rate_ / 2);
}

void RateLimit::on_limited(Time now, std::optional<Duration> retry_after) {
    if (!halved_ || now - *halved_ >= kHalvingRest) {
        halve(now, options_.least_per_second);
        objections_ = std::min(objections_ + 1, 16U);
    }
    settle(now);
    tokens_ = std::min(tokens_, 1.0);
    const Duration own =
        std::min(kFirstPause * (1U << (std::max(objections_, 1U) - 1)), kLongestPause);
    paused_until_ = std::max(paused_until_, now + retry_after.value_or(own));
}

void RateLimit::on_slow(Time now) {
    if (!halved_ || now - *halved_ >= kSlowRest) {
        halve(now, options_.start_per_second / 4);
    }
}

}  // namespace redink::rpc
