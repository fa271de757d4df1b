#pragma once

#include <atomic>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/thread_pool.hpp>

#include "app/chain/chain_follower.hpp"
#include "app/chain/market_setup.hpp"
#include "app/writer_session.hpp"
#include "indexer/store/chain_journal.hpp"

namespace redink::app {

/// One session of a follower: from taking the chain's writer lock until the database goes away or
/// somebody stops it. Lives on one I/O thread; each market has a connection and a writing thread of
/// its own.
class FollowSession {
  public:
    FollowSession(asio::io_context& io,
                  const Config& config,
                  const ChainConfig& chain,
                  const Database& database,
                  ChainState& state,
                  const FollowOptions& options);
    ~FollowSession();

    /// Follows until `stop`. An error stops the chain for good; database trouble throws.
    [[nodiscard]] Task<Result<void>> run();

  private:
    struct FollowedMarket;

    [[nodiscard]] Task<Result<void>> identify();
    void start_markets();
    [[nodiscard]] Task<void> follow(FollowedMarket& market);
    [[nodiscard]] Task<bool> step(FollowedMarket& market, const sync::Head& head);
    [[nodiscard]] Task<void> prove_more(FollowedMarket& market);
    [[nodiscard]] Task<void> keep_books(FollowedMarket& market);
    [[nodiscard]] Task<void> keep_house();
    [[nodiscard]] Task<Result<void>> note_finality();
    [[nodiscard]] Task<void> join();
    [[nodiscard]] bool is_over() const;
    void note(const std::string& text) const;

    asio::io_context& io_;
    const Config& config_;
    const ChainConfig& chain_;
    const Database& database_;
    ChainState& state_;
    const FollowOptions& options_;
    WriterSession session_;
    ChainEndpoints endpoints_;
    sync::HeadFeed feed_;
    store::ChainJournal journal_;
    std::vector<ConfiguredMarket> configured_;
    std::list<FollowedMarket> markets_;
    std::optional<chain::BlockNumber> finalized_;
    std::optional<chain::BlockNumber> finality_asked_at_;
    std::optional<Error> ended_;  ///< why the chain stops for good
    std::exception_ptr thrown_;
    std::atomic<bool> ending_{false};
    std::size_t running_ = 0;
};

}  // namespace redink::app
