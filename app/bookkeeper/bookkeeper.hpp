#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/bookkeeper/book_outcome.hpp"
#include "app/bookkeeper/market_book.hpp"
#include "app/bookkeeper/price_fetch.hpp"
#include "app/bookkeeper/revisions.hpp"
#include "indexer/protocols/protocol.hpp"
#include "indexer/store/book_input.hpp"
#include "indexer/store/book_terms.hpp"
#include "indexer/store/ledger_reader.hpp"
#include "indexer/store/ledger_writer.hpp"

namespace redink::app {

/// How far the books of a market are, for progress.
struct BookStatus {
    std::string market;
    chain::BlockNumber block;
    chain::BlockNumber target;
    std::uint64_t entries = 0;  ///< posted in this run
};

/// Something of the books that is not as it is computed again.
struct BookDifference {
    chain::BlockNumber block;
    std::string what;  ///< "entry of the contract book", "valuation", "books"
    std::string stored;
    std::string computed;
};

/// The protocol's totals of a reserve at the last block that booked them.
struct BookedTotals {
    chain::BlockNumber block;
    rows::ReserveTotals totals;
};

/// A block that cannot be booked: its entries and the chain disagree, or break a rule.
struct UnbookableBlock {
    chain::BlockNumber block;
    std::string reason;
};

/// What computing all entries again gives.
struct Recomputed {
    std::optional<chain::BlockRef> booked;  ///< up to where
    bool is_stopped = false;                ///< asked to: the rest was not looked at
    std::uint64_t entries = 0;
    std::optional<BookDifference> difference;  ///< the first
    std::map<rows::ReserveId, BookedTotals> totals;
    std::map<ledger::Entity, rows::ReserveId> reserves;
};

/// Keeps the books of one market over what is indexed of it: posts every finalised block, shows
/// those above as provisional, and stops the market when its books and the chain disagree. When
/// the market was derived again, the entries are computed again and compared with the ledger; what
/// differs is taken back by mirror entries and posted anew. For one thread; blocking.
class Bookkeeper {
  public:
    Bookkeeper(store::Connection& connection,
               store::MarketRecord market,
               const protocols::Protocol& protocol);
    ~Bookkeeper();

    /// Asked between windows of blocks: true ends the run after the commit in hand.
    const std::atomic<bool>* stop = nullptr;

    /// Sees to it that answers of the protocol's oracle are kept where these final blocks, which
    /// are valued next, need them; may throw PricesOutOfReach. Left empty, as by a rebuild: what is
    /// kept already has to do, and accounts without a price keep what was found before.
    FetchPrices fetch_prices;

    /// Told after every commit.
    std::function<void(const BookStatus&)> report;

    /// Changes of reserves that one commit takes in. Bounds memory and the length of a commit.
    std::uint32_t window_changes = 5'000;

    /// Changes of reserves above the final blocks that are shown as provisional.
    std::uint32_t provisional_changes = 50'000;

    /// Windows of final blocks that one run books; who follows a head does other things between.
    std::uint32_t windows_at_once = std::numeric_limits<std::uint32_t>::max();

    /// Books what can be booked now. Database trouble throws; then nothing of the window in hand is
    /// kept, and the bookkeeper has to be made again.
    [[nodiscard]] BookOutcome advance();

    /// Computes every entry and valuation up to the booked block again and compares them with what
    /// is stored. Changes nothing. InvariantBroken when the stored rows cannot be booked at all.
    [[nodiscard]] Recomputed compute_again();

  private:
    struct State;

    void restore();
    void replay(State& state, const ledger::Entry& entry);
    void add_entities();
    [[nodiscard]] bool is_stopped() const;
    [[nodiscard]] chain::BlockNumber next_block(const State& state) const;
    [[nodiscard]] std::vector<ledger::Entry> post(State& state,
                                                  const store::BookBlock& block,
                                                  std::optional<UnbookableBlock>& fault);
    [[nodiscard]] std::vector<ledger::Entry> post_window(State& state,
                                                         chain::BlockRange range,
                                                         std::optional<UnbookableBlock>& fault);
    [[nodiscard]] bool book_final(const chain::BlockRef& target, BookOutcome& outcome);
    [[nodiscard]] bool book_before(const UnbookableBlock& fault,
                                   chain::BlockNumber from,
                                   BookOutcome& outcome);
    [[nodiscard]] bool commit(chain::BlockNumber from,
                              std::vector<ledger::Entry> entries,
                              const chain::BlockRef& end,
                              BookOutcome& outcome);
    void show_provisional(const chain::BlockRef& head);
    [[nodiscard]] bool check_again(BookOutcome& outcome);
    [[nodiscard]] std::optional<BookDifference> find_difference(
        const chain::BlockRef& booked,
        const std::function<void(const chain::BlockRange&)>& window_ended,
        Recomputed& done);
    [[nodiscard]] std::optional<BookDifference> find_valuation_difference(
        const chain::BlockRange& range);
    void take_back_from(chain::BlockNumber block, BookOutcome& outcome);
    [[nodiscard]] std::vector<store::StoredEntry> load_effective(ledger::Book book,
                                                                 chain::BlockRange range);
    void load_revisions();
    void load_by_hand();
    [[nodiscard]] chain::BlockRef window_end(chain::BlockNumber from,
                                             const chain::BlockRef& target,
                                             std::uint32_t changes);
    [[nodiscard]] std::optional<chain::BlockRef> last_change_before(chain::BlockNumber block,
                                                                    chain::BlockNumber from);

    store::Connection& connection_;
    store::MarketRecord market_;
    const protocols::Protocol& protocol_;
    store::BookInput input_;
    store::LedgerReader reader_;
    store::LedgerWriter writer_;
    store::TermsByBlock terms_;
    Revisions revisions_;
    std::set<Digest> reversed_;  ///< identities of entries that were taken back
    /// Evidence of entries that were posted by hand, and the block booked last before each.
    std::map<Digest, chain::BlockNumber> documents_;
    std::unique_ptr<State> state_;
};

}  // namespace redink::app
