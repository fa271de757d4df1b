#include <algorithm>
#include <array>
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

// The block of the first entry that is not as computed.
std::optional<chain::BlockNumber> first_difference(const std::vector<ledger::Entry>& computed,
                                                   const std::vector<store::StoredEntry>& stored) {
    const std::size_t both = std::min(computed.size(), stored.size());
    for (std::size_t i = 0; i < both; ++i) {
        if (!says_the_same(computed[i], stored[i].entry)) {
            return chain::BlockNumber{
                std::min(computed[i].origin.block.number, stored[i].entry.origin.block.number)};
        }
    }
    if (computed.size() == stored.size()) {
        return std::nullopt;
    }
    return chain::BlockNumber{computed.size() > both ? computed[both].origin.block.number
                                                     : stored[both].entry.origin.block.number};
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
void Bookkeeper::check_again(BookOutcome& outcome) {
    const auto booked = writer_.load_booked();
    if (!booked) {
        input_.clear_rederived();
        return;
    }
    state_ = std::make_unique<State>();
    load_revisions();
    load_by_hand();
    chain::BlockNumber from = market_.from_block;
    std::optional<chain::BlockNumber> differs;
    while (from <= booked->number && !differs) {
        add_entities();
        const chain::BlockRef end = window_end(from, *booked);
        std::optional<store::Halt> halt;
        const auto computed = post_window(*state_, {from, end.number}, halt);
        input_.replace_valuations(std::exchange(state_->new_valuations, {}),
                                  chain::BlockNumber{from.value() - 1});
        for (const ledger::Book book : kBooks) {
            const auto other =
                first_difference(of_book(computed, book), load_effective(book, {from, end.number}));
            if (other && (!differs || *other < *differs)) {
                differs = other;
            }
        }
        if (halt && !differs) {
            differs = chain::BlockNumber{halt->block.value() + 1};
        }
        from = chain::BlockNumber{end.number.value() + 1};
    }
    if (differs) {
        take_back_from(*differs, outcome);
    }
    input_.clear_rederived();
    state_.reset();
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
    std::optional<chain::BlockRef> to;
    if (block > market_.from_block) {
        const auto last =
            input_.find_last_change({market_.from_block, chain::BlockNumber{block.value() - 1}});
        if (last) {
            to = input_.load_block(*last);
        }
    }
    const store::Posted posted = writer_.take_back(mirrors, to);
    outcome.posted += posted.added;
    outcome.reversed += posted.added;
}

}  // namespace redink::app
