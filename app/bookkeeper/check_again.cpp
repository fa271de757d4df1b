#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "app/bookkeeper/bookkeeper.hpp"
#include "app/bookkeeper/bookkeeper_state.hpp"

namespace redink::app {
namespace {

constexpr std::array kBooks{ledger::Book::contract, ledger::Book::economic};

bool says_the_same(const ledger::Entry& computed, const ledger::Entry& stored) {
    ledger::Entry other = stored;
    other.origin.revision = computed.origin.revision;
    return computed == other;
}

std::string text_of(const ledger::Entry& entry) {
    const ledger::Origin& origin = entry.origin;
    std::string text = entry.narrative + " (rule " + std::to_string(static_cast<int>(entry.rule)) +
                       ", block " + std::to_string(origin.block.number);
    text += origin.log_index ? ", log " + std::to_string(*origin.log_index) + "):" : "):";
    for (const ledger::Leg& leg : entry.legs) {
        const char* side = leg.side == ledger::Side::debit ? " debit " : " credit ";
        text += side + rules::text_of({leg.account, leg.party}) + " " + to_decimal(leg.units) + ",";
    }
    text.pop_back();
    return text;
}

std::string text_of(const store::StoredEntry& stored) {
    return "position " + std::to_string(stored.position) + ", entry " +
           store::hex_of(stored.identity) + ": " + text_of(stored.entry);
}

// The first entry that is not as computed.
std::optional<BookDifference> first_difference(ledger::Book book,
                                               const std::vector<ledger::Entry>& computed,
                                               const std::vector<store::StoredEntry>& stored) {
    const std::string what = book == ledger::Book::contract ? "entry of the contract book"
                                                            : "entry of the economic book";
    const std::size_t both = std::min(computed.size(), stored.size());
    std::size_t at = 0;
    while (at < both && says_the_same(computed[at], stored[at].entry)) {
        ++at;
    }
    if (at == computed.size() && at == stored.size()) {
        return std::nullopt;
    }
    BookDifference difference{
        chain::BlockNumber{std::numeric_limits<std::int64_t>::max()}, what, "no entry", "no entry"};
    if (at < stored.size()) {
        difference.stored = text_of(stored[at]);
        difference.block = chain::BlockNumber{stored[at].entry.origin.block.number};
    }
    if (at < computed.size()) {
        difference.computed = text_of(computed[at]);
        difference.block =
            std::min(difference.block, chain::BlockNumber{computed[at].origin.block.number});
    }
    return difference;
}

// All of a valuation in one line, and one of its debts: the first that differs from another's.
std::string text_of(const rows::ValuationRow& valuation, std::size_t at) {
    std::string text = std::to_string(valuation.debts.size()) + " debts of " +
                       std::to_string(valuation.debtors) + " debtors, evidence " +
                       store::hex_of(valuation.evidence);
    if (at < valuation.debts.size()) {
        const rows::ValuedDebtRow& debt = valuation.debts[at];
        text += "; debt of " + debt.account.hex() + " in reserve " + std::to_string(debt.reserve) +
                ": gross " + to_decimal(debt.gross) + ", shortfall " + to_decimal(debt.shortfall) +
                ", kind " + (debt.kind.empty() ? "none" : debt.kind) + ", stage " +
                std::to_string(debt.stage) + ", health factor " + to_decimal(debt.health_factor) +
                ", written off " + to_decimal(debt.written_off);
    }
    return text;
}

std::size_t first_difference(const rows::ValuationRow& a, const rows::ValuationRow& b) {
    const auto differs =
        std::mismatch(a.debts.begin(), a.debts.end(), b.debts.begin(), b.debts.end());
    return static_cast<std::size_t>(differs.first - a.debts.begin());
}

std::vector<ledger::Entry> of_book(const std::vector<ledger::Entry>& entries, ledger::Book book) {
    std::vector<ledger::Entry> chosen;
    std::copy_if(entries.begin(), entries.end(), std::back_inserter(chosen), [book](const auto& e) {
        return e.book == book;
    });
    return chosen;
}

}  // namespace

// Entries that follow from the chain and stand: neither taken back nor posted by hand.
std::vector<store::StoredEntry> Bookkeeper::load_effective(ledger::Book book,
                                                           chain::BlockRange range) {
    std::vector<store::StoredEntry> entries;
    store::EntrySlice slice;
    slice.blocks = {range.first.value(), range.last.value()};
    reader_.load_entries(book, slice, [&](const store::StoredEntry& stored) {
        const bool by_hand = documents_.contains(stored.entry.origin.evidence);
        if (!stored.entry.reverses && !reversed_.contains(stored.identity) && !by_hand) {
            entries.push_back(stored);
        }
    });
    return entries;
}

void Bookkeeper::load_revisions() {
    revisions_ = {};
    reversed_.clear();
    documents_ = input_.load_documents();
    writer_.known_documents = documents_.size();
    for (const ledger::Book book : kBooks) {
        for (const store::StoredEntry& stored : reader_.load_reversed(book)) {
            revisions_.add_reversed(stored.entry);
            reversed_.insert(stored.identity);
        }
    }
}

void Bookkeeper::load_by_hand() {
    if (documents_.empty()) {
        return;
    }
    reader_.load_entries(ledger::Book::economic, 1, [this](const store::StoredEntry& stored) {
        const auto document = documents_.find(stored.entry.origin.evidence);
        if (document != documents_.end()) {
            state_->by_hand.emplace_back(document->second, stored);
        }
    });
}

// The whole history, window by window, against what the ledger says.
std::optional<BookDifference> Bookkeeper::find_difference(
    const chain::BlockRef& booked,
    const std::function<void(const chain::BlockRange&)>& window_ended,
    Recomputed& done) {
    state_ = std::make_unique<State>();
    load_revisions();
    load_by_hand();
    chain::BlockNumber from = market_.from_block;
    std::optional<BookDifference> differs;
    while (from <= booked.number && !differs) {
        if (is_stopped()) {
            done.is_stopped = true;
            break;
        }
        add_entities();
        const chain::BlockRef end = window_end(from, booked, window_changes);
        const chain::BlockRange range{from, end.number};
        std::optional<UnbookableBlock> fault;
        const auto computed = post_window(*state_, range, fault);
        window_ended(range);
        for (const ledger::Book book : kBooks) {
            auto other =
                first_difference(book, of_book(computed, book), load_effective(book, range));
            if (other && (!differs || other->block < differs->block)) {
                differs = std::move(other);
            }
        }
        if (fault && (!differs || differs->block >= fault->block)) {
            differs = BookDifference{fault->block, "books", "booked", fault->reason};
        }
        done.entries += computed.size();
        if (report) {
            report({market_.name, end.number, booked.number, done.entries});
        }
        from = end.number + 1;
    }
    return differs;
}

// False when it was stopped: then the comparison begins anew next time. A halt that followed from
// what was booked goes, as the same blocks are booked again; what somebody asserted stays.
bool Bookkeeper::check_again(BookOutcome& outcome) {
    const auto booked = writer_.load_booked();
    if (booked) {
        Recomputed done;
        const auto keep_valuations = [this](const chain::BlockRange& range) {
            input_.replace_valuations(std::exchange(state_->new_valuations, {}), range.first);
        };
        const auto differs = find_difference(*booked, keep_valuations, done);
        state_.reset();
        if (done.is_stopped) {
            return false;
        }
        if (differs) {
            take_back_from(differs->block, outcome);
        }
    }
    writer_.lift_halt(store::HaltCause::books);
    input_.clear_rederived();
    return true;
}

Recomputed Bookkeeper::compute_again() {
    Recomputed done;
    const auto booked = writer_.load_booked();
    done.booked = booked;
    if (!booked) {
        return done;
    }
    std::optional<BookDifference> valuation;
    const auto compare_valuations = [&](const chain::BlockRange& range) {
        auto other = find_valuation_difference(range);
        if (!valuation) {
            valuation = std::move(other);
        }
    };
    done.difference = find_difference(*booked, compare_valuations, done);
    // A valuation comes before the entries that follow from it.
    if (valuation && (!done.difference || valuation->block <= done.difference->block)) {
        done.difference = valuation;
    }
    done.totals = state_->totals;
    done.reserves = state_->ids;
    state_.reset();
    return done;
}

std::optional<BookDifference> Bookkeeper::find_valuation_difference(
    const chain::BlockRange& range) {
    std::optional<BookDifference> differs;
    for (const rows::ValuationRow& computed : std::exchange(state_->new_valuations, {})) {
        const auto stored = input_.load_valuation(computed.block);
        if (stored == computed || differs || computed.block > range.last) {
            continue;
        }
        const bool is_there = stored && stored->block == computed.block;
        const std::size_t at = is_there ? first_difference(computed, *stored) : 0;
        differs = BookDifference{computed.block,
                                 "valuation",
                                 is_there ? text_of(*stored, at) : "no valuation",
                                 text_of(computed, at)};
    }
    return differs;
}

// Newest first, so that every balance goes back the way it came.
void Bookkeeper::take_back_from(chain::BlockNumber block, BookOutcome& outcome) {
    const auto booked = writer_.load_booked();
    std::vector<ledger::Entry> mirrors;
    for (const ledger::Book book : kBooks) {
        std::vector<store::StoredEntry> entries = load_effective(book, {block, booked->number});
        std::reverse(entries.begin(), entries.end());
        for (const store::StoredEntry& stored : entries) {
            mirrors.push_back(mirror_of(stored.entry, stored.identity));
        }
    }
    const auto to = last_change_before(block, market_.from_block);
    const store::Posted posted = writer_.take_back(mirrors, to);
    outcome.posted += posted.added;
    outcome.reversed += posted.added;
}

}  // namespace redink::app
