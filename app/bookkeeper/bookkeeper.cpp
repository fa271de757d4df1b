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
    if (input_.is_rederived() && !check_again(outcome)) {
        outcome.booked = writer_.load_booked();
        return outcome;
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
    if (outcome.halt) {
        writer_.drop_provisional();
    } else if (!is_stopped() && !outcome.has_more) {
        show_provisional(reach->head);
    }
    return outcome;
}

bool Bookkeeper::is_stopped() const {
    return stop != nullptr && stop->load();
}

chain::BlockNumber Bookkeeper::next_block(const State& state) const {
    return state.booked ? state.booked->number + 1 : market_.from_block;
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
    const chain::BlockNumber next = state.valuation->block + 1;
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
                                            std::optional<UnbookableBlock>& fault) {
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
        const auto now = state.reserves.find(id);
        invariant(now != state.reserves.end(), "money moves in a reserve that has no state yet");
        const store::RuledState& ruled = now->second;
        totals.push_back({id, protocol_.totals(ruled.state, ruled.rules, block.stamp.time)});
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
        fault = UnbookableBlock{number, posted.faults.front().text};
    }
    return std::move(posted.entries);
}

std::vector<ledger::Entry> Bookkeeper::post_window(State& state,
                                                   chain::BlockRange range,
                                                   std::optional<UnbookableBlock>& fault) {
    std::vector<ledger::Entry> entries;
    const std::vector<store::BookBlock> blocks = input_.load_blocks(range);
    if (state.asks_for_prices && fetch_prices) {
        fetch_prices(due_blocks(blocks, time_of(state.valuation), terms_));
    }
    for (const store::BookBlock& block : blocks) {
        std::vector<ledger::Entry> posted;
        try {
            posted = post(state, block, fault);
        } catch (const InvariantBroken& broken) {
            fault = UnbookableBlock{chain::BlockNumber{block.stamp.number}, broken.what()};
        }
        if (fault) {
            break;
        }
        std::move(posted.begin(), posted.end(), std::back_inserter(entries));
    }
    return entries;
}

chain::BlockRef Bookkeeper::window_end(chain::BlockNumber from,
                                       const chain::BlockRef& target,
                                       std::uint32_t changes) {
    const auto end = input_.find_window_end({from, target.number}, changes);
    if (!end || *end >= target.number) {
        return target;
    }
    return input_.load_block(*end);
}

std::optional<chain::BlockRef> Bookkeeper::last_change_before(chain::BlockNumber block,
                                                              chain::BlockNumber from) {
    if (block <= from) {
        return std::nullopt;
    }
    const auto last = input_.find_last_change({from, block - 1});
    return last ? std::optional{input_.load_block(*last)} : std::nullopt;
}

// One window; false when there is nothing more to book now.
bool Bookkeeper::book_final(const chain::BlockRef& target, BookOutcome& outcome) {
    const chain::BlockNumber from = next_block(*state_);
    if (is_stopped() || from > target.number) {
        return false;
    }
    add_entities();
    const chain::BlockRef end = window_end(from, target, window_changes);
    std::optional<UnbookableBlock> fault;
    std::vector<ledger::Entry> entries;
    try {
        entries = post_window(*state_, {from, end.number}, fault);
    } catch (const PricesOutOfReach& trouble) {
        outcome.waits = trouble.what();
        return false;
    }
    if (fault) {
        return book_before(*fault, from, outcome);
    }
    if (!commit(from, std::move(entries), end, outcome)) {
        return true;
    }
    if (report) {
        report({market_.name, end.number, target.number, outcome.posted});
    }
    return end.number < target.number;
}

// What lies before the faulty block is booked; then the market stops.
bool Bookkeeper::book_before(const UnbookableBlock& fault,
                             chain::BlockNumber from,
                             BookOutcome& outcome) {
    restore();
    state_->asks_for_prices = false;  // what the blocks need was asked
    if (const auto end = last_change_before(fault.block, from)) {
        std::optional<UnbookableBlock> none;
        std::vector<ledger::Entry> entries = post_window(*state_, {from, end->number}, none);
        invariant(!none, "a block that was booked well is faulty now");
        if (!commit(from, std::move(entries), *end, outcome)) {
            return true;
        }
    }
    // The genesis block has no logs: it is never at fault.
    const chain::BlockNumber first = market_.from_block;
    const chain::BlockNumber before = first.value() == 0 ? first : first - 1;
    const std::string reason = "block " + std::to_string(fault.block.value()) + ": " + fault.reason;
    outcome.halt = store::Halt{
        state_->booked ? state_->booked->number : before, reason, store::HaltCause::books};
    writer_.halt(*outcome.halt);
    return false;
}

// False when somebody posted by hand meanwhile: nothing was kept, and the window has to be computed
// again from what the ledger says now.
bool Bookkeeper::commit(chain::BlockNumber from,
                        std::vector<ledger::Entry> entries,
                        const chain::BlockRef& end,
                        BookOutcome& outcome) {
    for (ledger::Entry& entry : entries) {
        revisions_.number(entry);
    }
    input_.replace_valuations(std::exchange(state_->new_valuations, {}), from);
    try {
        outcome.posted += writer_.commit(state_->booked, entries, end).added;
    } catch (const store::StoreError& error) {
        if (error.code() != store::StoreErrc::serialization) {
            throw;
        }
        restore();
        return false;
    }
    state_->booked = end;
    return true;
}

// Computed from a copy, so that a later reorganisation finds the books as they are.
void Bookkeeper::show_provisional(const chain::BlockRef& head) {
    add_entities();
    State copy{*state_};
    copy.asks_for_prices = false;  // answers are kept of final blocks only
    const chain::BlockNumber from = next_block(copy);
    if (from > head.number) {
        writer_.replace_provisional({}, head);
        return;
    }
    const chain::BlockRef end = window_end(from, head, provisional_changes);
    std::optional<UnbookableBlock> fault;
    const std::vector<ledger::Entry> entries = post_window(copy, {from, end.number}, fault);
    const auto shown = fault ? last_change_before(fault->block, from) : std::optional{end};
    if (shown) {
        writer_.replace_provisional(entries, *shown);
    } else {
        writer_.drop_provisional();
    }
}

}  // namespace redink::app
