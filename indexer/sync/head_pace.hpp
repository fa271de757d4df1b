#pragma once

#include <chrono>
#include <optional>

#include "indexer/chain/types.hpp"

namespace redink::sync {

/// How often to ask for the head, and when to give up a socket that announces it. Learns the
/// chain's block time from the heads that come. Pure: time comes in.
class HeadPace {
  public:
    using Milliseconds = std::chrono::milliseconds;
    using Time = std::chrono::steady_clock::time_point;

    static constexpr Milliseconds kFirstBlockTime{2'000};
    static constexpr Milliseconds kShortestPoll{100};
    static constexpr Milliseconds kLongestPoll{6'000};
    static constexpr Milliseconds kShortestSilence{30'000};
    static constexpr Milliseconds kLongestSilence{300'000};
    static constexpr Milliseconds kLongestRest{60'000};

    /// A head came, by either way.
    void on_head(chain::BlockNumber number, Time now);

    /// A socket was opened, and announced its first head.
    void on_socket_works();

    /// A socket could not be opened, closed, or said nothing for silence().
    void on_socket_lost();

    /// Time between two blocks, as measured.
    [[nodiscard]] Milliseconds block_time() const {
        return block_time_;
    }

    /// Between two polls without a socket: half a block's time.
    [[nodiscard]] Milliseconds poll() const;

    /// A socket that says nothing for so long is dropped: many blocks' time.
    [[nodiscard]] Milliseconds silence() const;

    /// Between two polls beside a socket, to see whether it is as far as the chain.
    [[nodiscard]] Milliseconds check() const;

    /// Before the next socket is opened: doubles with each loss in a row.
    [[nodiscard]] Milliseconds rest() const;

    /// True when a poll found a head so far above what the socket announced that the socket is
    /// stuck.
    [[nodiscard]] bool is_stuck(chain::BlockNumber polled, chain::BlockNumber announced) const;

  private:
    std::optional<chain::BlockNumber> last_;
    Time last_at_{};
    Milliseconds block_time_ = kFirstBlockTime;
    unsigned losses_ = 0;
};

}  // namespace redink::sync
