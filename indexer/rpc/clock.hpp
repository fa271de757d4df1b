#pragma once

#include <chrono>

#include "indexer/rpc/task.hpp"

namespace redink::rpc {

/// The time by which requests are paced and heads are awaited. With a speed of N a second of it
/// lasts a real second's N-th part, so that a day can be tested in minutes. Time limits of single
/// exchanges stay in real time.
class Clock {
  public:
    using Time = std::chrono::steady_clock::time_point;

    explicit Clock(unsigned speed = 1) : speed_{speed}, start_{std::chrono::steady_clock::now()} {
    }

    [[nodiscard]] Time now() const;

    /// Waits that long; false when the caller was cancelled.
    [[nodiscard]] Task<bool> wait(std::chrono::milliseconds delay) const;

    /// The real time that `delay` lasts, at least a millisecond.
    [[nodiscard]] std::chrono::milliseconds real(std::chrono::milliseconds delay) const;

  private:
    unsigned speed_;
    Time start_;
};

}  // namespace redink::rpc
