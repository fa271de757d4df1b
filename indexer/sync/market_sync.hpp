#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "indexer/protocols/protocol.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/market_registry.hpp"
#include "indexer/store/market_writer.hpp"
#include "indexer/sync/deriver.hpp"
#include "indexer/sync/node_reader.hpp"
#include "indexer/sync/proof.hpp"

namespace redink::sync {

class RangeCommitter;
class RangeFetcher;
struct ProvedRange;

/// How far a market is, for people who wait.
struct SyncStatus {
    std::string market;
    std::string phase;  ///< "discover", "index", "derive"
    std::uint64_t first_block = 0;
    std::uint64_t last_block = 0;
    std::uint64_t done_block = 0;
    std::uint64_t logs = 0;
};

/// What is synchronised, with what.
struct SyncSetup {
    store::MarketRecord market;  ///< registered
    protocols::MarketSpec spec;
    const protocols::Protocol* protocol = nullptr;
    ProofLevel level = ProofLevel::bloom;
    rpc::BlockId to;  ///< a height, or a tag
    std::function<void(const SyncStatus&)> report;
    std::function<store::Connection()> connect;          ///< opens a further connection
    std::size_t max_positions = Deriver::kMaxPositions;  ///< held in memory
    const std::atomic<bool>* stop = nullptr;             ///< set: finish the commit in hand and end
};

/// What a synchronisation did.
struct SyncOutcome {
    chain::BlockRef head;
    std::uint64_t blocks = 0;  ///< indexed now
    std::uint64_t logs = 0;    ///< stored now
    bool stopped = false;      ///< ended early because `stop` was set
};

/// Ranges in flight: enough to hide a node's latency, few enough that what they hold
/// (RangePlanner::kTargetLogs logs each) stays within some tens of megabytes.
inline constexpr std::size_t kRangesInFlight = 6;

/// Brings one market up to a block on an endpoint of its chain (see check_chain), in three phases:
/// finds its contracts (discovery.cpp), fetches and proves ranges in parallel, and derives and
/// commits them in order (index_run.cpp). `connection` is used on `pool`'s only thread while ranges
/// are in flight.
class MarketSync {
  public:
    MarketSync(SyncSetup setup,
               store::Connection& connection,
               NodeReader& reader,
               asio::thread_pool& pool);

    /// Runs to the end, to the first error, or until `stop`.
    [[nodiscard]] Task<Result<SyncOutcome>> run();

  private:
    // market_sync.cpp
    [[nodiscard]] Task<Result<void>> find_fork();
    [[nodiscard]] Result<std::unique_ptr<protocols::Market>> open_market();
    [[nodiscard]] Result<void> derive_again();
    [[nodiscard]] bool is_stopped() const;
    void report(const std::string& phase, std::uint64_t done, std::uint64_t logs) const;

    // discovery.cpp
    [[nodiscard]] Task<Result<void>> discover();
    [[nodiscard]] Task<Result<void>> scan(protocols::Market& market,
                                          std::vector<chain::Address> contracts,
                                          chain::BlockRange range);
    [[nodiscard]] Task<Result<void>> ask_provider(protocols::Market& market);
    [[nodiscard]] Task<Result<void>> learn_versions(protocols::Market& market);
    [[nodiscard]] Task<Result<std::string>> ask_version(const protocols::Market& market,
                                                        const protocols::Question& question,
                                                        bool is_last);
    [[nodiscard]] Task<Result<void>> learn_tokens(const protocols::Market& market);
    void add_new_contracts(const protocols::Market& market);
    [[nodiscard]] Task<Result<void>> backfill();

    // index_run.cpp
    [[nodiscard]] Task<Result<SyncOutcome>> index();
    [[nodiscard]] Task<Result<void>> commit_range(RangeCommitter& committer,
                                                  RangeFetcher& fetcher,
                                                  ProvedRange& range,
                                                  const std::vector<std::int32_t>& sources);

    SyncSetup setup_;
    store::Connection& connection_;
    NodeReader& reader_;
    asio::thread_pool& pool_;
    store::MarketRegistry registry_;
    store::MarketWriter writer_;
    std::int32_t endpoint_ = 0;
    chain::BlockRef target_;
    std::optional<chain::BlockRef> cursor_;
};

/// Asks the node for its chain id; wrong_chain when it is not the configured one.
[[nodiscard]] Task<Result<void>> check_chain(NodeReader& reader,
                                             std::string chain,
                                             std::uint64_t chain_id);

/// Derives a market again from its stored facts, without a node, in one transaction. `facts` and
/// `writing` are two connections to the same database.
[[nodiscard]] Result<std::uint64_t> rebuild_market(
    const store::MarketRecord& market,
    std::unique_ptr<protocols::Market> adapter,
    store::Connection& facts,
    store::Connection& writing,
    const std::function<void(const SyncStatus&)>& report);

}  // namespace redink::sync
