#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "indexer/protocols/protocol.hpp"
#include "indexer/store/derived_reader.hpp"
#include "indexer/store/market_writer.hpp"
#include "indexer/sync/deriver.hpp"
#include "indexer/sync/range_facts.hpp"

namespace redink::sync {

/// Derives and commits ranges in their order. Blocks: it runs on a thread of its own.
class RangeCommitter {
  public:
    using OpenMarket = std::function<Result<std::unique_ptr<protocols::Market>>()>;

    /// `connection` and `writer` outlive the committer; `open` makes a market with its contracts
    /// and rules, but no state.
    RangeCommitter(const store::MarketRecord& market,
                   store::Connection& connection,
                   store::MarketWriter& writer,
                   OpenMarket open,
                   std::size_t max_positions = Deriver::kMaxPositions)
        : reader_{connection, market},
          writer_{writer},
          open_{std::move(open)},
          max_positions_{max_positions} {
    }

    /// Takes up the market where the database has it; after an error too.
    [[nodiscard]] Result<void> load();

    /// Derives a range that follows `cursor` and commits it with its facts. After an error nothing
    /// is committed, and load() has to be called before the next range.
    [[nodiscard]] Result<void> commit(const ProvedRange& range,
                                      const std::optional<chain::BlockRef>& cursor,
                                      const store::RangeFacts& facts);

    /// Derives stored blocks that follow `cursor` and moves it to `head`. `proved`: the blocks were
    /// rebuilt from receipts. Errors as above.
    [[nodiscard]] Result<void> commit_stored(std::span<const BlockLogs> blocks,
                                             const std::optional<chain::BlockRef>& cursor,
                                             const chain::BlockRef& head);

    /// The contracts that the market knows now.
    [[nodiscard]] std::vector<rows::Contract> contracts() const;

  private:
    [[nodiscard]] Result<rows::Batch> derive(std::span<const BlockLogs> blocks);

    store::DerivedReader reader_;
    store::MarketWriter& writer_;
    OpenMarket open_;
    std::size_t max_positions_;
    std::optional<Deriver> deriver_;
    std::size_t contracts_ = 0;
};

}  // namespace redink::sync
