#pragma once

#include <span>
#include <unordered_set>
#include <vector>

#include "indexer/chain/bloom.hpp"
#include "indexer/chain/log.hpp"
#include "indexer/protocols/protocol.hpp"

namespace redink::sync {

/// Which logs are wanted: any of the addresses with any of the first topics. Knows the bloom
/// positions of both, so that a header can deny them.
class LogFilter {
  public:
    LogFilter(std::vector<chain::Address> addresses, std::span<const protocols::EventSpec> events);

    /// The part of the events that names further contracts.
    [[nodiscard]] static LogFilter discovery(std::vector<chain::Address> addresses,
                                             std::span<const protocols::EventSpec> events);

    /// True when the log is wanted.
    [[nodiscard]] bool wants(const chain::Log& log) const;

    /// False proves that the block holds no wanted log.
    [[nodiscard]] bool admits(const chain::Bloom& bloom) const;

    /// False proves that the block holds no log whose loss would hide bad debt (EventSpec
    /// raises_proof).
    [[nodiscard]] bool admits_critical(const chain::Bloom& bloom) const;

    [[nodiscard]] const std::vector<chain::Address>& addresses() const {
        return addresses_;
    }

    [[nodiscard]] const std::vector<chain::Hash32>& topics() const {
        return topics_;
    }

  private:
    LogFilter() = default;
    void add_topic(const chain::Hash32& topic, bool critical);

    std::vector<chain::Address> addresses_;
    std::vector<chain::Hash32> topics_;
    std::unordered_set<chain::Address> address_set_;
    std::unordered_set<chain::Hash32> topic_set_;
    std::vector<chain::BloomBits> address_bits_;
    std::vector<chain::BloomBits> topic_bits_;
    std::vector<chain::BloomBits> critical_bits_;
};

/// False when a log cannot be in a block with this bloom.
[[nodiscard]] bool admits_log(const chain::Bloom& bloom, const chain::Log& log);

}  // namespace redink::sync
