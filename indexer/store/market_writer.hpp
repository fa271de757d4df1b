#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "indexer/chain/result.hpp"
#include "indexer/rows/batch.hpp"
#include "indexer/store/derived_reader.hpp"
#include "indexer/store/facts.hpp"
#include "indexer/store/market_registry.hpp"

namespace redink::store {

class Connection;

/// Writes one market. Facts, derived rows and cursor go in one transaction, which asserts the head
/// that the writer built on: two writers cannot both win, and a killed one leaves nothing half
/// done. Database trouble throws; then nothing of the call is kept.
class MarketWriter {
  public:
    MarketWriter(Connection& connection, MarketRecord market)
        : connection_{connection}, market_{std::move(market)} {
    }

    /// The last block that is indexed.
    [[nodiscard]] std::optional<chain::BlockRef> load_cursor();

    /// Appends a range behind `expected` (empty: the first one) and moves the cursor to `head`.
    /// Throws StoreError (reorganised) when the cursor is elsewhere, or a stored block of the range
    /// has another hash.
    void commit(const std::optional<chain::BlockRef>& expected,
                const RangeFacts& facts,
                const rows::Batch& batch,
                const chain::BlockRef& head);

    /// Moves the cursor from `expected` to `head` over facts that are there already, and appends
    /// what was derived from them. Throws InvariantBroken when the cursor is elsewhere, when a
    /// source lacks a block up to `head`, or when `head` is not a stored block.
    void commit_derived(const std::optional<chain::BlockRef>& expected,
                        const rows::Batch& batch,
                        const chain::BlockRef& head);

    /// Adds a source of these contracts.
    void add_source(const std::vector<chain::Address>& contracts);

    /// Last block that a source covers without a gap from the market's first one.
    [[nodiscard]] std::optional<chain::BlockNumber> load_covered(std::int32_t source);

    /// Last block that every source covers without a gap from the market's first one; empty when
    /// there is no source, too.
    [[nodiscard]] std::optional<chain::BlockNumber> load_covered();

    /// Appends a range below the cursor for `facts.sources`, whose contracts were found late. When
    /// it holds logs, the market is marked to be derived again (its adapter version becomes 0).
    void commit_backfill(const RangeFacts& facts);

    /// Throws away what was derived and derives again, all in one transaction: `derive` gets a
    /// function that writes one batch, and a reader of what was written so far. When it throws,
    /// everything stays as it was.
    void replace_derived(
        const std::function<void(const std::function<void(const rows::Batch&)>& write,
                                 DerivedReader& reader)>& derive);

    /// Takes the chain back to its stored block `to`: blocks above are marked as replaced, and of
    /// every market of the chain derived rows, coverage and leases above are deleted; facts stay.
    /// The reorganisation is noted in the same transaction, with `new_head` where it is known.
    /// Nothing happens when no block above is stored. Error (finality), with nothing changed, when
    /// `to` lies below a finalized block that was indexed.
    [[nodiscard]] Result<void> roll_back(
        chain::BlockNumber to, const std::optional<chain::BlockRef>& new_head = std::nullopt);

    /// The newest canonical block of the chain, up to a height; any market may have stored it.
    [[nodiscard]] std::optional<chain::BlockRef> load_newest(chain::BlockNumber up_to);

    /// The first stored canonical block of the range whose parent hash is not the hash of the
    /// stored block before it.
    [[nodiscard]] std::optional<chain::BlockNumber> find_broken_link(chain::BlockRange range);

    /// Hash of the canonical block at a height, where it is stored.
    [[nodiscard]] std::optional<chain::Hash32> load_hash(chain::BlockNumber number);

    /// Notes the adapter that derived the rows.
    void save_adapter_version(int version);

  private:
    Connection& connection_;
    MarketRecord market_;
};

}  // namespace redink::store
