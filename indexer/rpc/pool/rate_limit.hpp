#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "indexer/rpc/clock.hpp"

namespace redink::rpc {

/// How many requests an endpoint gets at first, and between which bounds that may move.
struct RateOptions {
    double start_per_second = 20;
    double least_per_second = 0.5;
    double most_per_second = 1000;

    /// Requests that may be sent at once after a quiet time.
    double burst = 20;
};

/// Paces the requests to one endpoint, as TCP paces packets (AIMD): the rate doubles with every
/// second of successes until the endpoint first objects, then grows by steps and halves at every
/// objection. A rate that is not used up does not grow. Pure: time comes in as an argument.
class RateLimit {
  public:
    using Time = Clock::Time;
    using Duration = std::chrono::milliseconds;

    RateLimit(const RateOptions& options, Time now);

    /// Takes the right to send one request now; false when there is none.
    [[nodiscard]] bool try_take(Time now);

    /// How long until a request may be sent after `ahead` others that wait already.
    [[nodiscard]] Duration wait(Time now, std::size_t ahead = 0) const;

    void on_success(Time now);

    /// The endpoint asks for fewer requests. Nothing is sent for `retry_after`, or without it for a
    /// time that doubles with each objection in a row. Objections to requests of the same second
    /// halve the rate once.
    void on_limited(Time now, std::optional<Duration> retry_after);

    /// Answers take far longer than they used to: halves, but not below a quarter of the start.
    void on_slow(Time now);

    [[nodiscard]] double per_second() const {
        return rate_;
    }

    /// True while the endpoint has asked for silence.
    [[nodiscard]] bool paused(Time now) const {
        return now < paused_until_;
    }

  private:
    [[nodiscard]] double tokens(Time now) const;
    void settle(Time now);
    void halve(Time now, double least);

    RateOptions options_;
    double rate_;
    double tokens_;
    Time settled_;
    Time paused_until_;
    std::optional<Time> halved_;
    bool starting_ = true;
    unsigned objections_ = 0;
};

}  // namespace redink::rpc
