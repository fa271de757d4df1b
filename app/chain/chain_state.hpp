#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "indexer/rpc/pool/endpoint_pool.hpp"
#include "indexer/sync/stage_watch.hpp"

namespace redink::app {

/// How a market does, for people and metrics.
struct MarketHealth {
    std::string name;
    std::string stage;  ///< see StageWatch::judge
    bool is_stalled = false;
    std::optional<chain::BlockRef> indexed;
    std::optional<chain::BlockRef> booked;  ///< last final block whose entries are in the ledger
    std::string books_halt;                 ///< why the books stop; empty when they do not
    std::uint64_t logs = 0;                 ///< stored since the start
    std::string trouble;                    ///< the last failure; empty when the last step worked
    bool has_stopped = false;               ///< for good: somebody has to look
    std::chrono::milliseconds fetching{0};  ///< spent waiting for endpoints
    std::chrono::milliseconds writing{0};   ///< spent writing
    std::vector<double> head_to_commit_ms;  ///< since the last look; bounded
};

/// How a chain does.
struct ChainHealth {
    std::string name;
    std::uint64_t id = 0;
    std::optional<chain::BlockNumber> head;
    std::optional<chain::BlockRef> finalized;
    std::string heads;    ///< how heads come: "websocket", "polling", …
    std::string trouble;  ///< why the whole chain rests or stopped; empty when well
    bool has_stopped = false;
    std::uint64_t restarts = 0;  ///< sessions that ended early, say by a lost database
    std::vector<MarketHealth> markets;
    std::vector<rpc::EndpointStatus> endpoints;
};

/// What a chain's thread tells of itself, and others read. Every call is short and locks.
class ChainState {
  public:
    ChainState(std::string name, std::uint64_t id, const std::vector<std::string>& markets);

    void set_head(chain::BlockNumber head, std::string way);
    void set_finalized(const chain::BlockRef& finalized);
    void set_endpoints(std::vector<rpc::EndpointStatus> endpoints);

    /// The chain rests, or goes on when `trouble` is empty.
    void set_trouble(const std::string& trouble);
    void stop(const std::string& why);
    void count_restart();

    void enter(const std::string& market, sync::Stage stage);
    void add_indexed(const std::string& market, const chain::BlockRef& block, std::uint64_t logs);
    void set_booked(const std::string& market,
                    const std::optional<chain::BlockRef>& block,
                    const std::string& halt);
    void set_market_trouble(const std::string& market, const std::string& trouble);
    void stop_market(const std::string& market, const std::string& why);
    void add_head_to_commit(const std::string& market, std::chrono::microseconds passed);

    /// Everything, as of now. Takes the latencies that were collected with it.
    [[nodiscard]] ChainHealth take_health();

    /// As above, and leaves the latencies.
    [[nodiscard]] ChainHealth health() const;

  private:
    struct Tracked {
        MarketHealth health;
        sync::StageWatch watch{std::chrono::steady_clock::now()};
    };

    [[nodiscard]] ChainHealth collect() const;

    mutable std::mutex mutex_;
    ChainHealth chain_;
    std::map<std::string, Tracked> markets_;
};

}  // namespace redink::app
