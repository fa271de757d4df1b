#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "indexer/chain/log.hpp"

namespace redink::store {

/// What is wrong with a stored log.
enum class Refutation : std::uint8_t {
    altered,  ///< another log has its place in the block
    invented  ///< there is no log in its place
};

/// The name in redink.refuted_log.
[[nodiscard]] std::string_view name_of(Refutation refutation);

/// A stored log that a proof denies.
struct RefutedLog {
    chain::Log log;
    Refutation reason = Refutation::altered;
};

/// How the stored logs of a range differ from the proved ones.
struct LogDifference {
    std::vector<RefutedLog> refuted;
    std::vector<chain::Log> missing;  ///< proved, and not stored or stored otherwise

    /// The first block that differs.
    [[nodiscard]] std::optional<chain::BlockNumber> first() const;
};

/// Compares logs of the same blocks, in any order. A stored log without a proved one in its place
/// is invented only when the proof would hold it: `is_asked_for`.
[[nodiscard]] LogDifference compare_logs(
    std::span<const chain::Log> stored,
    std::span<const chain::Log> proved,
    const std::function<bool(const chain::Log&)>& is_asked_for);

}  // namespace redink::store
