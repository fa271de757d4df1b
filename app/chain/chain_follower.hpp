#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "app/chain/chain_state.hpp"
#include "app/chain/endpoints.hpp"
#include "app/config/config.hpp"
#include "app/database.hpp"
#include "indexer/sync/deriver.hpp"

namespace redink::app {

/// How a chain is followed.
struct FollowOptions {
    const std::atomic<bool>* stop = nullptr;
    std::function<void(const std::string&)> note;  ///< one line an event; called from any thread
    std::size_t max_positions = sync::Deriver::kMaxPositions;  ///< of each market, in memory
    EndpointOptions endpoints;
};

/// Follows one chain to its head, with all its markets, until `stop`: indexes every new block,
/// follows reorganisations, notes what is finalized, and proves old ranges better at a bounded
/// rate. Survives endpoints and databases that come and go. What cannot be mended stops a market or
/// the chain, says why in `state`, and leaves the other chains alone.
class ChainFollower {
  public:
    /// Everything given outlives the follower.
    ChainFollower(const Config& config,
                  const ChainConfig& chain,
                  const Database& database,
                  ChainState& state,
                  FollowOptions options);

    /// Runs until `stop`, or until the chain stops for good. Never throws: the state says why.
    void run();

  private:
    void run_sessions();
    void run_session();

    const Config& config_;
    const ChainConfig& chain_;
    const Database& database_;
    ChainState& state_;
    FollowOptions options_;
};

}  // namespace redink::app
