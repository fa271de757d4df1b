#pragma once

#include <optional>
#include <unordered_map>

#include "indexer/chain/log.hpp"
#include "indexer/recording/recorded_block.hpp"

namespace redink::recording {

/// The filter of eth_getLogs: any of the addresses, and at each position any of the topics. An
/// empty list admits everything, also a log that has no topic at that position.
struct LogFilter {
    std::vector<chain::Address> addresses;
    std::array<std::vector<chain::Hash32>, 4> topics;
};

/// A log by the place of its block in the recording and its own place in the block.
struct LogPosition {
    std::uint32_t block = 0;
    std::uint32_t log = 0;

    friend auto operator<=>(const LogPosition&, const LogPosition&) = default;
};

/// A filter in the numbers of a LogIndex.
class NumberedFilter {
  public:
    /// True when the log passes.
    [[nodiscard]] bool admits(const RecordedLog& log) const;

  private:
    friend class LogIndex;
    using Numbers = std::vector<std::uint32_t>;

    std::optional<Numbers> addresses_;
    std::array<std::optional<Numbers>, 4> topics_;
};

/// Numbers the addresses and topics of a recording and knows where each one occurs.
class LogIndex {
  public:
    /// The log in numbers; gives new words new numbers.
    [[nodiscard]] RecordedLog number(const chain::Log& log, Slice text);

    /// Enters the logs of the block at `place`. Places must not fall.
    void add(std::uint32_t place, const RecordedBlock& block);

    /// The filter in numbers. Words that no log has admit nothing.
    [[nodiscard]] NumberedFilter number(const LogFilter& filter) const;

    /// Logs of the blocks from place `first` to `last`, both included, that may pass the filter, in
    /// order; empty when the filter names neither address nor topic. The caller asks admits().
    [[nodiscard]] std::optional<std::vector<LogPosition>> candidates(const NumberedFilter& filter,
                                                                     std::uint32_t first,
                                                                     std::uint32_t last) const;

  private:
    using Positions = std::vector<LogPosition>;

    std::unordered_map<chain::Address, std::uint32_t> addresses_;
    std::unordered_map<chain::Hash32, std::uint32_t> topics_;
    std::vector<Positions> by_address_;
    std::vector<Positions> by_topic_;
};

}  // namespace redink::recording
