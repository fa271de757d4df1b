#pragma once

#include <chrono>
#include <deque>
#include <optional>

#include "app/progress/progress.hpp"

namespace redink::app {

/// Speed over the last seconds, so that a slow start does not spoil the estimate for hours.
class Rate {
  public:
    using Time = std::chrono::steady_clock::time_point;

    /// Starts to count.
    void begin(Time now);

    /// Takes a milestone in; samples closer than a second replace one another.
    void add(Time now, const Milestone& milestone);

    /// Logs in a second, rounded down; empty until time has passed.
    [[nodiscard]] std::optional<std::uint64_t> logs_per_second() const;

    /// Time to the last block at this speed; empty while nothing is known or nothing moves.
    [[nodiscard]] std::optional<std::chrono::seconds> remaining() const;

    /// Since begin().
    [[nodiscard]] std::chrono::seconds elapsed() const;

  private:
    struct Sample {
        Time time;
        Milestone milestone;
    };

    Time start_;
    std::deque<Sample> samples_;
};

/// `1234567` as `1 234 567`, for people only.
[[nodiscard]] std::string grouped(std::uint64_t number);

/// `3h 04m`, `4m 05s` or `6s`.
[[nodiscard]] std::string to_text(std::chrono::seconds time);

/// `42.0%`, rounded down; 100.0% only when all is done.
[[nodiscard]] std::string percent_of(const Milestone& milestone);

}  // namespace redink::app
