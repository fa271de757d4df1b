#pragma once

#include <chrono>
#include <cstdint>

#include "indexer/rpc/clock.hpp"

namespace redink::rpc {

/// Keeps requests away from an endpoint that fails. After some failures in a row it opens for a
/// rest; then one request at a time probes, and decides between closing it and a rest of twice the
/// length. Pure: time comes in as an argument.
class CircuitBreaker {
  public:
    using Time = Clock::Time;

    enum class State : std::uint8_t { closed, open, half_open };

    [[nodiscard]] State state(Time now) const;

    /// True when a request may be sent now.
    [[nodiscard]] bool allows(Time now) const;

    /// A request is sent; while half open it is the probe.
    void begin(Time now);

    void on_success();
    void on_failure(Time now);

    /// The request ended without telling anything: cancelled.
    void on_nothing();

    /// When the rest ends; meaningful unless closed.
    [[nodiscard]] Time rests_until() const {
        return until_;
    }

  private:
    void open(Time now);

    unsigned failures_ = 0;
    unsigned rests_ = 0;
    bool closed_ = true;
    bool probing_ = false;
    Time until_{};
};

}  // namespace redink::rpc
