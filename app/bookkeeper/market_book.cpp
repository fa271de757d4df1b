#include "app/bookkeeper/market_book.hpp"

#include <algorithm>
#include <tuple>

#include "accounting/money/invariant.hpp"
#include "app/bookkeeper/event_of.hpp"

namespace redink::app {
namespace {

using ledger::Account;
using rows::EventKind;

U256 balance_of(const rules::EntityBook& book, Account account) {
    const SignedUnits total = book.total(account);
    return total.is_negative() ? U256{0} : total.units();
}

U256 deficit_of(const rules::EntityBook& book) {
    return balance_of(book, Account::deficit_open) + balance_of(book, Account::deficit_slashed) +
           balance_of(book, Account::deficit_auction);
}

// What an event does to the debt of its account, apart from interest.
SignedUnits debt_flow(const rows::DomainEvent& event) {
    switch (event.kind) {
        case EventKind::borrowed:
            return SignedUnits::plus(event.amount);
        case EventKind::repaid:
        case EventKind::repaid_with_claims:
        case EventKind::liquidated:
        case EventKind::deficit_created:
        case EventKind::debt_forgiven:
        case EventKind::debt_absorbed:
            return SignedUnits::minus(event.amount);
        default:
            return {};
    }
}

}  // namespace

// Gives postings their place: the log, or the end of the block; entries of one place are counted.
class MarketBook::Posting {
  public:
    Posting(const BlockInput& input, MarketBook& books, std::vector<ledger::Entry>& entries)
        : input_{input}, books_{books}, entries_{entries} {
    }

    void at_log(const rows::LogRef& log) {
        place_.block = input_.block;
        place_.evidence = {};
        if (!place_.log_index || *place_.log_index != log.log_index) {
            place_.ordinal = 0;
        }
        place_.log_index = log.log_index;
        const auto view = log.txn_hash.view();
        std::copy(view.begin(), view.end(), place_.txn_hash.bytes.begin());
    }

    void at_end(const Digest& evidence) {
        if (place_.log_index) {
            place_.ordinal = 0;
        }
        place_.block = input_.block;
        place_.log_index.reset();
        place_.txn_hash = {};
        place_.evidence = evidence;
    }

    void post(rows::ReserveId reserve, const events::DomainEvent& event) {
        for (rules::Posting& posting : books_.books_.at(reserve).apply(event)) {
            ledger::Entry entry;
            entry.book = posting.book;
            entry.rule = posting.rule;
            entry.entity = books_.entities_.at(reserve);
            entry.origin = place_;
            entry.legs = std::move(posting.legs);
            entry.narrative = std::move(posting.narrative);
            entries_.push_back(std::move(entry));
            ++place_.ordinal;
        }
    }

  private:
    const BlockInput& input_;
    MarketBook& books_;
    std::vector<ledger::Entry>& entries_;
    ledger::Origin place_;
};

void MarketBook::add_entity(rows::ReserveId reserve, ledger::Entity entity) {
    entities_.insert_or_assign(reserve, std::move(entity));
    books_.try_emplace(reserve);
}

void MarketBook::replay(rows::ReserveId reserve, const ledger::Entry& entry) {
    books_.at(reserve).replay(entry.book, entry.legs);
}

void MarketBook::restore_valued(const std::vector<ValuedDebt>& debts,
                                std::span<const rows::DomainEvent> since) {
    impaired_.clear();
    for (const ValuedDebt& debt : debts) {
        impaired_[{debt.reserve, debt.account}] = {debt.gross, {}};
    }
    for (const rows::DomainEvent& event : since) {
        follow(event);
    }
}

void MarketBook::follow(const rows::DomainEvent& event) {
    const auto found = impaired_.find({event.reserve, party_of(event.account)});
    if (found != impaired_.end()) {
        found->second.flows = found->second.flows + debt_flow(event);
    }
}

BlockEntries MarketBook::post(const BlockInput& input) {
    BlockEntries out;
    Posting posting{input, *this, out.entries};
    posting.at_end({});
    // Before the block's events, so that what they repay is there; what only the order of events
    // within the block needs is taken back after them.
    std::vector<std::pair<rows::ReserveId, events::InterestAccrued>> lifted;
    for (const TotalsNow& now : input.totals) {
        events::InterestAccrued interest = interest_of(input, now);
        const events::InterestAccrued lift = lift_of(input, now, interest);
        interest.loans = interest.loans + lift.loans;
        interest.cash = interest.cash + lift.cash;
        interest.lenders = interest.lenders + lift.lenders;
        interest.treasury = interest.treasury + lift.treasury;
        posting.post(now.reserve, interest);
        lifted.emplace_back(now.reserve,
                            events::InterestAccrued{SignedUnits{} - lift.loans,
                                                    {},
                                                    SignedUnits{} - lift.lenders,
                                                    SignedUnits{} - lift.treasury,
                                                    {}});
    }
    for (const rows::DomainEvent& event : input.events) {
        follow(event);
        if (const auto known = event_of(event, input.payers)) {
            posting.at_log(event.log);
            posting.post(event.reserve, *known);
        }
    }
    posting.at_end({});
    for (const auto& [reserve, back] : lifted) {
        posting.post(reserve, back);
    }
    if (input.valuation != nullptr) {
        posting.at_end(input.valuation->evidence);
        value(input, posting);
    }
    check(input, out);
    return out;
}

events::InterestAccrued MarketBook::interest_of(const BlockInput& input,
                                                const TotalsNow& now) const {
    const rules::EntityBook& book = books_.at(now.reserve);
    Flow flows;
    SignedUnits fees;
    for (const rows::DomainEvent& event : input.events) {
        if (event.reserve != now.reserve) {
            continue;
        }
        if (event.kind == EventKind::fee_received) {
            fees = fees + SignedUnits::plus(event.amount);
        }
        flows = flows + flow_of(event, input.payers);
    }
    const auto grown = [&book](Account account, const U256& after, const SignedUnits& flow) {
        return SignedUnits::plus(after) - book.total(account) - flow;
    };
    return {grown(Account::loans, now.totals.loans, flows.loans),
            fees,
            grown(Account::claims_lenders, now.totals.lenders, flows.lenders),
            grown(Account::claims_treasury, now.totals.treasury, flows.treasury),
            grown(Account::capital_reserve, now.totals.reserve, flows.reserve)};
}

// An account's rounding differs from the total's by units, so a balance may pass zero between two
// events of a block; and where a protocol does not count its cash, what was given to it unasked is
// lent out like the rest.
events::InterestAccrued MarketBook::lift_of(const BlockInput& input,
                                            const TotalsNow& now,
                                            const events::InterestAccrued& interest) const {
    const rules::EntityBook& book = books_.at(now.reserve);
    Flow at{book.total(Account::loans) + interest.loans,
            book.total(Account::cash) + interest.cash,
            book.total(Account::claims_lenders) + interest.lenders,
            book.total(Account::claims_treasury) + interest.treasury,
            {}};
    Flow lowest;
    const auto keep_lowest = [](SignedUnits& low, const SignedUnits& now_at) {
        if ((now_at - low).is_negative()) {
            low = now_at;
        }
    };
    const auto look = [&] {
        keep_lowest(lowest.loans, at.loans);
        keep_lowest(lowest.cash, at.cash);
        keep_lowest(lowest.lenders, at.lenders);
        keep_lowest(lowest.treasury, at.treasury);
    };
    look();
    for (const rows::DomainEvent& event : input.events) {
        if (event.reserve == now.reserve) {
            at = at + flow_of(event, input.payers);
            look();
        }
    }
    return {SignedUnits{} - lowest.loans,
            SignedUnits{} - lowest.cash,
            SignedUnits{} - lowest.lenders,
            SignedUnits{} - lowest.treasury,
            {}};
}

// Debts that were impaired before and are not any more are valued too: their allowance goes.
void MarketBook::value(const BlockInput& input, Posting& out) {
    std::map<DebtKey, events::DebtValued> due;
    for (const ValuedDebt& debt : input.valuation->debts) {
        due[{debt.reserve, debt.account}] = {debt.account, debt.gross, debt.shortfall, {}, {}};
    }
    const auto written_off = [this](const DebtKey& key) {
        return books_.at(key.reserve).balance(Account::written_off, key.account).units();
    };
    for (const auto& [key, before] : impaired_) {
        events::DebtValued& valued =
            due.try_emplace(key, events::DebtValued{key.account, {}, {}, {}, {}}).first->second;
        if (key.account == PartyId{}) {
            continue;  // of dust others are owed each time: what it grew by is not interest
        }
        valued.gross_before = before.gross;
        const SignedUnits interest =
            SignedUnits::plus(valued.gross) - SignedUnits::plus(before.gross) - before.flows;
        const bool known = valued.gross > 0 && !interest.is_negative();
        valued.interest = known ? interest.units() : U256{0};
    }
    impaired_.clear();
    for (const auto& [key, valued] : due) {
        out.post(key.reserve, valued);
        if (valued.shortfall > 0) {
            impaired_[key] = {valued.gross, {}};
        }
    }
    for (const ValuedDebt& debt : input.valuation->debts) {
        const DebtKey key{debt.reserve, debt.account};
        if (debt.is_beyond_hope && debt.shortfall > written_off(key)) {
            out.post(key.reserve,
                     events::DebtWrittenOff{debt.account, debt.shortfall - written_off(key)});
        }
    }
}

void MarketBook::check(const BlockInput& input, BlockEntries& out) const {
    for (const TotalsNow& now : input.totals) {
        const rules::EntityBook& book = books_.at(now.reserve);
        const auto differs = [&](const char* what, const U256& ours, const U256& theirs) {
            if (ours != theirs) {
                out.faults.push_back({entities_.at(now.reserve),
                                      std::string{what} + " is " + to_decimal(ours) +
                                          " in the books and " + to_decimal(theirs) +
                                          " on the chain"});
            }
        };
        differs("deficit", deficit_of(book), now.totals.deficit);
        if (now.totals.cash) {
            differs("cash", balance_of(book, Account::cash), *now.totals.cash);
        }
        if (const std::string broken = book.broken_invariant(); !broken.empty()) {
            out.faults.push_back({entities_.at(now.reserve), broken});
        }
    }
}

}  // namespace redink::app
