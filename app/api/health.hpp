#pragma once

#include <string>
#include <vector>

#include "app/chain/chain_state.hpp"

namespace redink::app {

/// Whether a process is ready, and why not.
struct Readiness {
    bool is_ready = true;
    std::string json;  ///< every chain and market, with what it waits for
};

/// A market that is more blocks behind its chain's head than this is not ready.
inline constexpr std::uint64_t kReadyWithin = 20;

/// Ready: every chain has a head, no chain or market has stopped, none is stalled, and every market
/// is near its head.
[[nodiscard]] Readiness judge_readiness(const std::vector<ChainHealth>& chains);

}  // namespace redink::app
