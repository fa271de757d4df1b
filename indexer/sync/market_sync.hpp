#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "indexer/protocols/protocol.hpp"
#include "indexer/store/chain_journal.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/market_registry.hpp"
#include "indexer/store/market_writer.hpp"
#include "indexer/store/proof_book.hpp"
#include "indexer/sync/deriver.hpp"
#include "indexer/sync/node_reader.hpp"
#include "indexer/sync/proof.hpp"
#include "indexer/sync/range_fetcher.hpp"
#include "indexer/sync/stage.hpp"

namespace redink::sync {

class FetchWindow;
class RangeCommitter;

/// How far a market is, for people who wait.
struct SyncStatus {
    std::string market;
    std::string phase;  ///< "discover", "index", "backfill", "derive", "prove"
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
    ProofLevel level = ProofLevel::bloom;  ///< the chain's policy
    std::function<void(const SyncStatus&)> report;
    std::function<void(Stage)> enter;  ///< told what is waited for
    std::function<void(const chain::BlockRef&, std::uint64_t logs)> committed;
    std::function<store::Connection()> connect;          ///< opens a further connection
    std::size_t max_positions = Deriver::kMaxPositions;  ///< held in memory
    const std::atomic<bool>* stop = nullptr;             ///< set: finish the commit in hand and end
};

/// Where to go.
struct SyncTarget {
    chain::BlockRef block;
    std::optional<rpc::EndpointId> endpoint;      ///< who announced it
    std::optional<chain::BlockNumber> finalized;  ///< no block above is final
    bool chosen = false;                          ///< by the user: there may be nothing up to it
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

/// Brings one market up to a block, again and again: finds its contracts (discovery.cpp), fetches
/// and proves ranges in parallel, derives and commits them in order (index_run.cpp), follows the
/// chain where it was reorganised (fork.cpp), and proves later what was left for later
/// (raise.cpp). The adapter's state stays in memory between two calls. `connection` is used on
/// `pool`'s only thread while ranges are in flight. Database trouble throws; the object is spent
/// then.
class MarketSync {
  public:
    MarketSync(SyncSetup setup,
               store::Connection& connection,
               NodeReader& reader,
               asio::thread_pool& pool);
    ~MarketSync();
    MarketSync(const MarketSync&) = delete;
    MarketSync& operator=(const MarketSync&) = delete;

    /// Runs to the target, to the first error, or until `stop`. A target below the cursor that is
    /// on the indexed chain is nothing to do.
    [[nodiscard]] Task<Result<SyncOutcome>> advance(SyncTarget target);

    /// Proves one more range, the lowest, to `level`; true when there was one. What the proof adds
    /// or refutes is derived again at once.
    [[nodiscard]] Task<Result<bool>> raise(ProofLevel level);

    /// As advance(), for a backfill that several processes share: finds the contracts, offers the
    /// blocks up to the target for leases, and derives in order what SharedFetch of any process has
    /// stored. The target has to be final.
    [[nodiscard]] Task<Result<SyncOutcome>> lead(SyncTarget target);

    /// The last block that is indexed.
    [[nodiscard]] std::optional<chain::BlockRef> cursor() const {
        return cursor_;
    }

    [[nodiscard]] const std::string& name() const {
        return setup_.spec.name;
    }

  private:
    struct Indexing;
    struct Step;

    // market_sync.cpp
    [[nodiscard]] Result<void> open();
    [[nodiscard]] Task<Result<SyncOutcome>> go_on(SyncTarget target);
    [[nodiscard]] Result<std::unique_ptr<protocols::Market>> open_market();
    [[nodiscard]] Result<void> derive_again();
    [[nodiscard]] bool is_stopped() const;
    void enter(Stage stage) const;
    void report(const std::string& phase, std::uint64_t done, std::uint64_t logs) const;
    void note_lie(const EndpointLie& lie);
    void save_lies();
    [[nodiscard]] std::int32_t endpoint_row(rpc::EndpointId endpoint);

    // fork.cpp
    [[nodiscard]] Task<Result<void>> find_fork(SyncTarget target);
    [[nodiscard]] Task<Result<std::vector<std::optional<chain::Hash32>>>> fetch_hashes(
        chain::BlockRange window, Asking& asking);

    // raise.cpp
    [[nodiscard]] Task<Result<store::Raised>> raise_range(store::WeakRange weak, ProofLevel level);

    // lead.cpp
    [[nodiscard]] Task<Result<bool>> derive_stored();
    [[nodiscard]] Result<std::optional<chain::BlockRef>> find_derivable();
    [[nodiscard]] Task<Result<void>> derive_piece(std::vector<store::StoredBlock> piece,
                                                  chain::BlockRef head);

    // discovery.cpp
    [[nodiscard]] Task<Result<void>> discover(chain::BlockNumber last);
    [[nodiscard]] Task<Result<void>> scan(protocols::Market& market,
                                          std::vector<chain::Address> contracts,
                                          chain::BlockRange range);
    [[nodiscard]] Task<Result<void>> ask_provider(protocols::Market& market,
                                                  chain::BlockNumber last);
    [[nodiscard]] Task<Result<void>> learn_versions(protocols::Market& market);
    [[nodiscard]] Task<Result<From<std::string>>> ask_version(const protocols::Market& market,
                                                              const protocols::Question& question,
                                                              bool is_last);
    [[nodiscard]] Task<Result<void>> learn_tokens(const protocols::Market& market);
    void add_new_contracts(const protocols::Market& market);
    [[nodiscard]] Task<Result<void>> backfill();

    // index_run.cpp
    [[nodiscard]] Result<void> prepare_indexing();
    [[nodiscard]] Task<Result<Step>> index(SyncOutcome& outcome);
    [[nodiscard]] Task<Result<Step>> run_ranges(RangePlanner& planner,
                                                FetchWindow& window,
                                                SyncOutcome& outcome);
    [[nodiscard]] Task<Result<Step>> take_range(ProvedRange& range);
    [[nodiscard]] Task<Result<Step>> commit_range(ProvedRange& range);

    SyncSetup setup_;
    store::Connection& connection_;
    NodeReader& reader_;
    asio::thread_pool& pool_;
    store::MarketRegistry registry_;
    store::MarketWriter writer_;
    store::ChainJournal journal_;
    std::map<rpc::EndpointId, std::int32_t> endpoint_rows_;
    std::vector<EndpointLie> lies_;
    SyncTarget target_;
    std::optional<chain::BlockRef> cursor_;
    std::optional<chain::BlockNumber> discovered_to_;
    std::unique_ptr<Indexing> indexing_;
    bool stale_ = false;  ///< indexing_ has to be made anew
    bool opened_ = false;
    bool checked_fork_ = false;
};

}  // namespace redink::sync
