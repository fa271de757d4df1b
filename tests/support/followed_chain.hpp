#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "app/chain/chain_follower.hpp"
#include "tests/support/synced_chain.hpp"

namespace redink::test {

/// How a followed chain differs from the usual.
struct FollowSetup {
    app::ProofLevel level = app::ProofLevel::bloom;
    std::optional<std::uint64_t> finality_depth;
    std::uint32_t audit_requests_per_second = 0;
    unsigned speed = 1;  ///< of the clock
};

/// A ChainFollower on a thread of its own, as `redink run` has one for each chain.
class FollowedChain {
  public:
    /// Follows `recorded` at these endpoints into the database at `url`.
    FollowedChain(const Recorded& recorded,
                  const std::vector<std::string>& endpoints,
                  const std::string& url,
                  const FollowSetup& setup = {});

    /// Stops.
    ~FollowedChain();

    FollowedChain(const FollowedChain&) = delete;
    FollowedChain& operator=(const FollowedChain&) = delete;

    /// Waits until `reached` holds of the chain's health; false after a minute.
    [[nodiscard]] bool wait_until(
        const std::function<bool(const app::ChainHealth&)>& reached) const;

    /// Waits until this block is committed.
    [[nodiscard]] bool wait_for(const chain::BlockRef& block) const;

    [[nodiscard]] app::ChainHealth health() const {
        return state_->health();
    }

    /// What the follower told, one line an event.
    [[nodiscard]] std::vector<std::string> notes() const;

    void stop();

  private:
    app::Config config_;
    std::unique_ptr<app::Database> database_;
    std::unique_ptr<app::ChainState> state_;
    rpc::Clock clock_;
    std::atomic<bool> stop_{false};
    mutable std::mutex mutex_;
    std::vector<std::string> notes_;
    std::unique_ptr<app::ChainFollower> follower_;
    std::thread thread_;
};

}  // namespace redink::test
