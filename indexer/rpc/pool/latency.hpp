#pragma once

#include <array>
#include <chrono>
#include <cstddef>

namespace redink::rpc {

/// How long an endpoint takes for one service, over its last answers. Pure; bounded memory.
class Latency {
  public:
    using Duration = std::chrono::milliseconds;

    static constexpr std::size_t kWindow = 64;

    void add(Duration took);

    [[nodiscard]] std::size_t samples() const {
        return count_;
    }

    /// Moving average that the last few answers decide; zero without samples.
    [[nodiscard]] Duration average() const;

    /// The time within which this share (0 to 1) of the last answers came; zero without samples.
    [[nodiscard]] Duration quantile(double share) const;

    /// True when the average has risen far above what the window is used to: several times its
    /// median, and by more than a hiccup.
    [[nodiscard]] bool far_above_usual() const;

  private:
    std::array<Duration, kWindow> window_{};
    std::size_t count_ = 0;
    std::size_t next_ = 0;
    double average_ms_ = 0;
};

}  // namespace redink::rpc
