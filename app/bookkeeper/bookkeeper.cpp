#include "app/bookkeeper/bookkeeper.hpp"

#include <algorithm>
#include <utility>

#include "accounting/money/invariant.hpp"
#include "app/bookkeeper/bookkeeper_state.hpp"
#include "app/bookkeeper/event_of.hpp"
#include "app/bookkeeper/terms.hpp"
#include "app/bookkeeper/valuer.hpp"
#include "indexer/store/errors.hpp"

namespace redink::app {

ledger::Entity entity_of(const rows::Reserve& reserve) {
    ledger::Entity entity;
    entity.pool = reserve.pool;
    entity.reserve = party_of(reserve.reserve).bytes;
    entity.asset.bytes = party_of(reserve.asset).bytes;
    return entity;
}

namespace {

std::optional<std::uint64_t> time_of(const std::optional<rows::ValuationRow>& valuation) {
    return valuation ? std::optional{valuation->time} : std::nullopt;
}

}  // namespace

Bookkeeper::Bookkeeper(store::Connection& connection,
                       store::MarketRecord market,
                       const protocols::Protocol& protocol)
    : connection_{connection},
      market_{std::move(market)},
      protocol_{protocol},
      input_{connection, market_},
      reader_{connection, market_},
      writer_{connection, market_},
      terms_{store::load_terms(connection, market_)} {
}

Bookkeeper::~Bookkeeper() = default;

BookOutcome Bookkeeper::advance() {
    BookOutcome outcome;
    const auto reach = input_.load_reach();
    if (!reach) {
        return outcome;
    }
    if (input_.is_rederived()) {
        check_again(outcome);
    }
    // An entry that was posted by hand changes what the next ones have to say.
    if (!state_ || input_.load_documents() != documents_) {
        restore();
    }
    outcome.halt = writer_.load_halt();
    if (reach->finalized && !outcome.halt) {
        std::uint32_t windows = 1;
        while ((outcome.has_more = book_final(*reach->finalized, outcome)) &&
               windows < windows_at_once) {
            ++windows;
        }
    }
    outcome.booked = state_->booked;
    const bool stopped = stop != nullptr && stop->load();
    if (!outcome.halt && !stopped && !outcome.has_more) {
        show_provisional(reach->head);
    }
    return outcome;
}

// Balances come from the ledger, in its order; what else counts, from the last valuation on.
void Bookkeeper::restore() {
    state_ = std::make_unique<State>();
    State& state = *state_;
    load_revisions();
    state.asks_for_prices = true;
    state.booked = writer_.load_booked();
    add_entities();
    if (!state.booked) {
        return;
    }
    for (const ledger::Book book : {ledger::Book::contract, ledger::Book::economic}) {
        reader_.load_entries(
            book, 1, [&](const store::StoredEntry& stored) { replay(state, stored.entry); });
    }
    state.reserves = input_.load_states(state.booked->number);
    state.valuation = input_.load_valuation(state.booked->number);
    if (!state.valuation) {
        return;
    }
    std::vector<rows::DomainEvent> since;
    const chain::BlockNumber next{state.valuation->block.value() + 1};
    if (next <= state.booked->number) {
        for (store::BookBlock& block : input_.load_blocks({next, state.booked->number})) {
            since.insert(since.end(), block.events.begin(), block.events.end());
        }
    }
    state.book.restore_valued(to_posting(*state.valuation).debts, since);
}

void Bookkeeper::replay(State& state, const ledger::Entry& entry) {
    const auto found = state.ids.find(entry.entity);
    invariant(found != state.ids.end(), "the ledger has an entity that the market has not");
    state.book.replay(found->second, entry);
}

void Bookkeeper::add_entities() {
    for (const rows::Reserve& reserve : input_.load_reserves()) {
        state_->book.add_entity(reserve.id, entity_of(reserve));
        state_->ids[entity_of(reserve)] = reserve.id;
    }
}

std::vector<ledger::Entry> Bookkeeper::post(State& state,
                                            const store::BookBlock& block,
                                            std::optional<store::Halt>& halt) {
    const chain::BlockNumber number{block.stamp.number};
    const store::BookTerms& terms = terms_at(terms_, number);
    const bool is_due = is_valuation_due(block.stamp, time_of(state.valuation), terms);
    while (!state.by_hand.empty() && state.by_hand.front().first < number) {
        replay(state, state.by_hand.front().second.entry);
        state.by_hand.pop_front();
    }
    for (const auto& [id, changed] : block.reserves) {
        state.reserves.insert_or_assign(id, changed);
    }
    std::set<rows::ReserveId> touched;
    for (const auto& [id, known] : state.reserves) {
        if (is_due || block.reserves.contains(id)) {
            touched.insert(id);
        }
    }
    for (const rows::DomainEvent& event : block.events) {
        touched.insert(event.reserve);
    }
    std::vector<TotalsNow> totals;
    for (const rows::ReserveId id : touched) {
        const store::RuledState& now = state.reserves.at(id);
        totals.push_back({id, protocol_.totals(now.state, now.rules, block.stamp.time)});
        state.totals[id] = {number, totals.back().totals};
    }
    BlockInput input{block.stamp, block.events, totals, nullptr, terms.payers};
    Valuation valuation;
    if (is_due) {
        const std::vector<rows::ExposureRow> exposures =
            input_.load_exposures(number, store::CalledPrices::of_block);
        ValuationInput values{block.stamp, exposures, input_.load_unit(number), nullptr};
        values.before = state.valuation ? &*state.valuation : nullptr;
        const valuation::Policy policy = policy_at(terms, input_.load_dust_policy(number));
        state.valuation = value_debts(values, policy);
        state.new_valuations.push_back(*state.valuation);
        valuation = to_posting(*state.valuation);
        input.valuation = &valuation;
    }
    BlockEntries posted = state.book.post(input);
    if (!posted.faults.empty()) {
        halt = store::Halt{
            chain::BlockNumber{number.value() - 1},
            "block " + std::to_string(number.value()) + ": " + posted.faults.front().text};
    }
    return std::move(posted.entries);
}

std::vector<ledger::Entry> Bookkeeper::post_window(State& state,
                                                   chain::BlockRange range,
                                                   std::optional<store::Halt>& halt) {
    std::vector<ledger::Entry> entries;
    const std::vector<store::BookBlock> blocks = input_.load_blocks(range);
    if (state.asks_for_prices && fetch_prices) {
        fetch_prices(due_blocks(blocks, time_of(state.valuation), terms_));
    }
    for (const store::BookBlock& block : blocks) {
        std::vector<ledger::Entry> posted = post(state, block, halt);
        if (halt) {
            break;
        }
        std::move(posted.begin(), posted.end(), std::back_inserter(entries));
    }
    return entries;
}

chain::BlockRef Bookkeeper::window_end(chain::BlockNumber from, const chain::BlockRef& target) {
    const auto end = input_.find_window_end({from, target.number}, window_changes);
    if (!end || *end >= target.number) {
        return target;
    }
    return input_.load_block(*end);
}

// One window; false when there is nothing more to book now.
bool Bookkeeper::book_final(const chain::BlockRef& target, BookOutcome& outcome) {
    State& state = *state_;
    const bool stopped = stop != nullptr && stop->load();
    if (stopped || (state.booked && state.booked->number >= target.number)) {
        return false;
    }
    const chain::BlockNumber from =
        state.booked ? chain::BlockNumber{state.booked->number.value() + 1} : market_.from_block;
    if (from > target.number) {
        return false;
    }
    add_entities();
    const chain::BlockRef end = window_end(from, target);
    std::optional<store::Halt> halt;
    std::vector<ledger::Entry> entries;
    try {
        entries = post_window(state, {from, end.number}, halt);
    } catch (const PricesOutOfReach& trouble) {
        outcome.waits = trouble.what();
        return false;
    }
    if (halt) {
        outcome.halt = halt;
        book_before(*halt, from);
        return false;
    }
    for (ledger::Entry& entry : entries) {
        revisions_.number(entry);
    }
    const chain::BlockNumber above{from.value() - 1};
    input_.replace_valuations(std::exchange(state.new_valuations, {}), above);
    store::Posted posted;
    try {
        posted = writer_.commit(state.booked, entries, end);
    } catch (const store::StoreError& error) {
        if (error.code() != store::StoreErrc::serialization) {
            throw;
        }
        restore();  // somebody posted by hand meanwhile: the window is computed again
        return true;
    }
    state.booked = end;
    outcome.posted += posted.added;
    if (report) {
        report({market_.name, end.number, target.number, outcome.posted});
    }
    return end.number < target.number;
}

// What lies before the faulty block is booked; then the market stops.
void Bookkeeper::book_before(const store::Halt& halt, chain::BlockNumber from) {
    restore();
    state_->asks_for_prices = false;  // what the blocks need was asked
    store::Halt at = halt;
    std::optional<chain::BlockNumber> last;
    if (from <= halt.block) {
        last = input_.find_last_change({from, halt.block});
    }
    if (last) {
        std::optional<store::Halt> none;
        std::vector<ledger::Entry> entries = post_window(*state_, {from, *last}, none);
        invariant(!none, "a block that was booked well is faulty now");
        const chain::BlockRef end = input_.load_block(*last);
        input_.replace_valuations(std::exchange(state_->new_valuations, {}),
                                  chain::BlockNumber{from.value() - 1});
        writer_.commit(state_->booked, entries, end);
        state_->booked = end;
    }
    at.block = state_->booked ? state_->booked->number
                              : chain::BlockNumber{market_.from_block.value() - 1};
    writer_.halt(at);
}

// Computed from a copy, so that a later reorganisation finds the books as they are.
void Bookkeeper::show_provisional(const chain::BlockRef& head) {
    add_entities();
    State copy{*state_};
    copy.asks_for_prices = false;  // answers are kept of final blocks only
    const chain::BlockNumber from =
        copy.booked ? chain::BlockNumber{copy.booked->number.value() + 1} : market_.from_block;
    std::vector<ledger::Entry> entries;
    if (from <= head.number) {
        std::optional<store::Halt> halt;
        entries = post_window(copy, {from, head.number}, halt);
    }
    writer_.replace_provisional(entries, head);
}

}  // namespace redink::app
