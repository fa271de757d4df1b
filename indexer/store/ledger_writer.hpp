#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "accounting/ledger/entry.hpp"
#include "accounting/money/signed_units.hpp"
#include "indexer/chain/types.hpp"
#include "indexer/store/ledger_append.hpp"
#include "indexer/store/market_registry.hpp"

namespace redink::store {

/// What stopped a market's books.
enum class HaltCause {
    books,      ///< entries computed from the chain; goes when they are computed again and fit
    assertion,  ///< a balance or a figure that somebody asserted; stays until somebody lifts it
};

/// Why a market is not booked further.
struct Halt {
    chain::BlockNumber block;  ///< last block that may be booked
    std::string reason;
    HaltCause cause = HaltCause::assertion;
};

/// What a balance has to be at the end of a block, parties summed.
struct BalanceAssertion {
    ledger::Entity entity;
    ledger::Account account = ledger::Account::cash;
    chain::BlockNumber block;
    SignedUnits expected;  ///< in the account's nature
    U256 tolerance;
    std::string source;  ///< who says so: a call, an event, a document
};

/// Keeps the books of one market: entries, cursor, assertions. Each call is one transaction, unless
/// it says otherwise; database trouble throws, and then nothing of the call is kept.
class LedgerWriter {
  public:
    LedgerWriter(Connection& connection, MarketRecord market, SnapshotPolicy snapshots = {})
        : connection_{connection}, market_{std::move(market)}, snapshots_{snapshots} {
    }

    /// How many documents were posted by hand when the entries to commit were computed; empty: it
    /// does not matter.
    std::optional<std::size_t> known_documents;

    /// The last block that is booked.
    [[nodiscard]] std::optional<chain::BlockRef> load_booked();

    /// Posts `entries` and moves the booked block from `expected` (empty: none yet) to `head`.
    /// Entries of one book keep their order; those that are in the ledger already are skipped.
    /// Throws StoreError: reorganised when the cursor is elsewhere or `head` is not the stored
    /// block, serialization when there are other documents than known, finality when `head` is not
    /// finalized, ledger_halted when the market has a halt below `head`, ledger_conflict when an
    /// entry is in the ledger with another content. InvariantBroken for an entry that may not be
    /// posted or that takes effect above `head`.
    Posted commit(const std::optional<chain::BlockRef>& expected,
                  std::span<const ledger::Entry> entries,
                  const chain::BlockRef& head);

    /// Posts entries without moving the cursor, inside a transaction of the caller: corrections.
    Posted append(pqxx::transaction_base& txn, std::span<const ledger::Entry> entries);

    /// As above, in a transaction of its own.
    Posted append(std::span<const ledger::Entry> entries);

    /// Takes booked blocks back: posts the mirrors of their entries and moves the booked block to
    /// `to` (empty: nothing is booked), so that the blocks above can be booked again.
    Posted take_back(std::span<const ledger::Entry> mirrors,
                     const std::optional<chain::BlockRef>& to);

    /// Replaces the provisional entries of the market by `entries`, which are complete up to `head`
    /// and take effect above the booked block.
    void replace_provisional(std::span<const ledger::Entry> entries, const chain::BlockRef& head);

    /// Takes all provisional entries of the market away: nothing is shown above the booked block.
    void drop_provisional();

    /// Compares a booked balance with what it has to be and keeps both. When they differ by more
    /// than the tolerance the market gets a halt at its booked block and false is returned.
    bool assert_balance(const BalanceAssertion& assertion);

    /// Stops booking beyond a block; an earlier halt stays.
    void halt(const Halt& halt);

    /// Why the market is not booked further; empty when it is.
    [[nodiscard]] std::optional<Halt> load_halt();

    /// Lets booking go on if this is what stopped it.
    void lift_halt(HaltCause cause);

  private:
    Connection& connection_;
    MarketRecord market_;
    SnapshotPolicy snapshots_;
};

}  // namespace redink::store
