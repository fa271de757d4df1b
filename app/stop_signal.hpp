#pragma once

#include <atomic>

namespace redink::app {

/// While it lives, the first SIGINT or SIGTERM sets a flag, so that the commit in hand is finished;
/// the second one ends the process at once with 130. One at a time.
class StopSignal {
  public:
    StopSignal();
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    /// Set once somebody asked to stop.
    [[nodiscard]] const std::atomic<bool>& flag() const;
};

}  // namespace redink::app
