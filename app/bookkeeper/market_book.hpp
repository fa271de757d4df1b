#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "accounting/ledger/entry.hpp"
#include "accounting/rules/entity_book.hpp"
#include "indexer/rows/batch.hpp"

namespace redink::app {

/// The totals of one reserve at the end of a block, as its contracts tell them.
struct TotalsNow {
    rows::ReserveId reserve = 0;
    rows::ReserveTotals totals;
};

/// A debt at the end of a block: all of it, and what collateral will not bring in.
struct ValuedDebt {
    rows::ReserveId reserve = 0;
    PartyId account;  ///< nobody: all dust of the reserve together
    U256 gross;
    U256 shortfall;
    bool is_beyond_hope = false;  ///< the shortfall is written off
};

/// A valuation of every debt with a shortfall, at the end of a block.
struct Valuation {
    Digest evidence;  ///< price set and policy
    std::vector<ValuedDebt> debts;
};

/// Everything of a market that a block's entries follow from.
struct BlockInput {
    ledger::BlockStamp block;
    std::span<const rows::DomainEvent> events;  ///< by log index and ordinal
    std::span<const TotalsNow> totals;          ///< of every reserve that changed
    const Valuation* valuation = nullptr;       ///< where one is due

    /// The layers of those who cover deficits; anybody else counts as treasury.
    std::map<PartyId, events::Layer> payers;
};

/// Why a market's books stop: what the entries say is not what the chain says.
struct BookFault {
    ledger::Entity entity;
    std::string text;
};

/// The entries of a block, in order, and what is wrong with the books after them.
struct BlockEntries {
    std::vector<ledger::Entry> entries;
    std::vector<BookFault> faults;
};

/// The books of one market: turns what happened in a block into entries. Pure; the same blocks
/// always give the same entries. Between two accruals a claim grows without an event: what the
/// contracts tell at the end of the block, less what the events moved, is its interest.
class MarketBook {
  public:
    /// Makes a reserve's entity known; entries and balances need it first.
    void add_entity(rows::ReserveId reserve, ledger::Entity entity);

    /// Keeps the balances of an entry that is already in the ledger, in order of position.
    void replay(rows::ReserveId reserve, const ledger::Entry& entry);

    /// Takes up what was owed at the last valuation.
    void restore_valued(const std::vector<ValuedDebt>& debts,
                        std::span<const rows::DomainEvent> since);

    /// Posts a block. Blocks come in ascending order.
    [[nodiscard]] BlockEntries post(const BlockInput& input);

    [[nodiscard]] const std::map<rows::ReserveId, rules::EntityBook>& books() const {
        return books_;
    }

  private:
    /// A debt that had a shortfall when it was valued last, and what flowed since.
    struct Impaired {
        U256 gross;
        SignedUnits flows;  ///< borrowed less repaid, liquidated or recognised as deficit
    };

    struct DebtKey {
        rows::ReserveId reserve = 0;
        PartyId account;

        friend auto operator<=>(const DebtKey&, const DebtKey&) = default;
    };

    class Posting;
    void follow(const rows::DomainEvent& event);
    events::InterestAccrued interest_of(const BlockInput& input, const TotalsNow& now) const;
    events::InterestAccrued lift_of(const BlockInput& input,
                                    const TotalsNow& now,
                                    const events::InterestAccrued& interest) const;
    void value(const BlockInput& input, Posting& out);
    void check(const BlockInput& input, BlockEntries& out) const;

    std::map<rows::ReserveId, ledger::Entity> entities_;
    std::map<rows::ReserveId, rules::EntityBook> books_;
    std::map<DebtKey, Impaired> impaired_;
};

}  // namespace redink::app
