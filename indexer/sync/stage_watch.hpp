#pragma once

#include <chrono>
#include <string_view>

#include "indexer/sync/stage.hpp"

namespace redink::sync {

/// Tells a stage that is at work from one that is stuck: it has made no progress for too long.
/// Also sums up how long was spent waiting for endpoints and for the database. Pure: time comes in.
class StageWatch {
  public:
    using Time = std::chrono::steady_clock::time_point;
    using Milliseconds = std::chrono::milliseconds;

    /// A stage without progress for so long is stalled. Longer than every time limit of a request
    /// and all its repetitions on one endpoint.
    static constexpr Milliseconds kStalled{180'000};

    explicit StageWatch(Time now) : since_{now}, progressed_{now} {
    }

    /// Another stage begins. Going to and fro between fetching and writing is progress only
    /// together with on_progress().
    void enter(Stage stage, Time now);

    /// Something was committed.
    void on_progress(Time now);

    /// "idle", "fetching", "writing", "resting", "stalled on fetch" or "stalled on write".
    [[nodiscard]] std::string_view judge(Time now) const;

    /// True for the stalled ones, and for a rest that follows failures for as long.
    [[nodiscard]] bool is_stalled(Time now) const;

    /// Time spent in a stage so far.
    [[nodiscard]] Milliseconds spent(Stage stage, Time now) const;

    [[nodiscard]] Stage stage() const {
        return stage_;
    }

  private:
    Stage stage_ = Stage::idle;
    Time since_;
    Time progressed_;
    Milliseconds spent_[4]{};
};

}  // namespace redink::sync
