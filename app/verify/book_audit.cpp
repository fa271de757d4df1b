#include "app/verify/book_audit.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "indexer/chain/hex.hpp"

namespace redink::app {
namespace {

using ledger::Account;
using ledger::Rule;

// I7, with interest (rule 3: the treasury's share minted), rounding, and mirrors of any of them.
constexpr std::array kRulesThatLowerClaims{Rule::supply,
                                           Rule::borrow,
                                           Rule::liquidation,
                                           Rule::treasury_paid,
                                           Rule::slashed_burned,
                                           Rule::socialised,
                                           Rule::reversal,
                                           Rule::rounding};

constexpr std::array<std::pair<Account, events::Layer>, 5> kBorne{{
    {Account::borne_reserve, events::Layer::reserve},
    {Account::borne_treasury, events::Layer::treasury},
    {Account::borne_insurance, events::Layer::insurance},
    {Account::borne_recap, events::Layer::recap},
    {Account::borne_lenders, events::Layer::lenders},
}};

constexpr const char* kMendBooks =
    "redink rebuild computes the entries again and corrects them by mirror entries";

std::string decimal(const SignedUnits& value) {
    return (value.is_negative() ? "-" : "") + to_decimal(value.units());
}

std::string text_of(const ledger::Entity& entity) {
    return "reserve " + chain::to_hex(entity.reserve);
}

std::string place_of(const store::StoredEntry& stored) {
    return text_of(stored.entry.entity) + ", block " +
           std::to_string(stored.entry.origin.block.number) + ", position " +
           std::to_string(stored.position) + ", entry " + store::hex_of(stored.identity);
}

SignedUnits effect_on(Account account, const std::vector<ledger::Leg>& legs) {
    const bool debit_nature = ledger::info(account).nature == ledger::Nature::debit;
    SignedUnits sum;
    for (const ledger::Leg& leg : legs) {
        if (leg.account == account) {
            const bool adds = debit_nature == (leg.side == ledger::Side::debit);
            sum = adds ? sum + SignedUnits::plus(leg.units) : sum - SignedUnits::plus(leg.units);
        }
    }
    return sum;
}

SignedUnits deficit_of(const rules::EntityBook& book) {
    return book.total(Account::deficit_open) + book.total(Account::deficit_slashed) +
           book.total(Account::deficit_auction);
}

bool applies_to(const store::CoverLayer& cover, const ledger::Entity& entity) {
    return !cover.layer.asset || *cover.layer.asset == entity.asset;
}

Account borne_by(events::Layer layer) {
    return kBorne.at(static_cast<std::size_t>(layer)).first;
}

}  // namespace

void BookAudit::take(const store::StoredEntry& stored) {
    const ledger::Entry& entry = stored.entry;
    Kept& kept = books_[entry.entity];
    touched_.insert(entry.entity);
    ++entries_;
    if (ledger::check(entry) != ledger::EntryFault::none) {
        report(kept,
               {"I1",
                place_of(stored),
                "legs that may not be posted",
                "two legs or more of this book, debits equal to credits",
                kMendBooks});
        return;
    }
    check_claims(stored);
    kept.book.replay(entry.book, entry.legs);
    check_layers(stored, kept.book);
}

void BookAudit::check_claims(const store::StoredEntry& stored) {
    const ledger::Entry& entry = stored.entry;
    const SignedUnits effect = effect_on(Account::claims_lenders, entry.legs);
    if (effect.is_negative() &&
        std::ranges::find(kRulesThatLowerClaims, entry.rule) == kRulesThatLowerClaims.end()) {
        report(books_[entry.entity],
               {"I7",
                place_of(stored),
                "claims.lenders fall by " + to_decimal(effect.units()) + " under rule " +
                    std::to_string(static_cast<int>(entry.rule)),
                "they fall only by rules 1, 2, 5, 8, 10, 12 and by rounding",
                kMendBooks});
    }
}

void BookAudit::check_layers(const store::StoredEntry& stored, const rules::EntityBook& book) {
    const ledger::Entry& entry = stored.entry;
    if (entry.rule == Rule::reversal || entry.book != ledger::Book::economic) {
        return;
    }
    for (const auto& [account, kind] : kBorne) {
        const SignedUnits effect = effect_on(account, entry.legs);
        if (effect.is_zero() || effect.is_negative()) {
            continue;
        }
        for (const store::CoverLayer& shallower : input_.cover) {
            if (shallower.layer.kind == kind) {
                break;
            }
            const bool could_pay =
                shallower.payer && shallower.layer.capacity && applies_to(shallower, entry.entity);
            const SignedUnits borne = book.total(borne_by(shallower.layer.kind));
            if (could_pay && borne.units() < *shallower.layer.capacity) {
                remarks_.push_back("I8: " + place_of(stored) + ": " +
                                   std::string{store::name_of(kind)} + " bore " +
                                   to_decimal(effect.units()) + " while layer " +
                                   shallower.layer.name + " had borne " + decimal(borne) + " of " +
                                   to_decimal(*shallower.layer.capacity));
            }
        }
    }
}

void BookAudit::end_block(std::uint64_t block) {
    for (const ledger::Entity& entity : touched_) {
        Kept& kept = books_[entity];
        const std::string broken = kept.book.broken_invariant();
        if (!broken.empty()) {
            report(kept,
                   {broken.substr(0, broken.find(':')),
                    text_of(entity) + ", end of block " + std::to_string(block),
                    broken.substr(std::min(broken.size(), broken.find(':') + 2)),
                    "the invariant holds",
                    kMendBooks});
        }
        check_deficit(entity, kept, block);
    }
    touched_.clear();
}

void BookAudit::check_deficit(const ledger::Entity& entity, Kept& kept, std::uint64_t block) {
    const auto reserve = input_.reserves.find(entity);
    if (reserve == input_.reserves.end()) {
        return;
    }
    const auto& known = input_.deficits[reserve->second];
    const auto next = known.upper_bound(block);
    const U256 expected = next == known.begin() ? U256{0} : std::prev(next)->second;
    const SignedUnits booked = deficit_of(kept.book);
    if (booked != SignedUnits::plus(expected)) {
        report(kept,
               {"I5",
                text_of(entity) + ", end of block " + std::to_string(block),
                "deficit.* is " + decimal(booked) + " in the books",
                to_decimal(expected) + " in derived.reserve_state",
                "redink rebuild derives the market and its entries again"});
    }
}

void BookAudit::end(std::uint64_t booked) {
    for (const auto& [entity, reserve] : input_.reserves) {
        Kept& kept = books_[entity];
        check_deficit(entity, kept, booked);
        check_totals(entity, kept);
    }
}

// Method 6: cash + loans + deficit - lenders - treasury - reserve = slack, term by term.
void BookAudit::check_totals(const ledger::Entity& entity, Kept& kept) {
    const auto found = input_.totals.find(input_.reserves.at(entity));
    if (found == input_.totals.end()) {
        return;
    }
    const rows::ReserveTotals& totals = found->second.totals;
    const auto same = [&](const char* name, const SignedUnits& ours, const U256& theirs) {
        if (ours != SignedUnits::plus(theirs)) {
            report(kept,
                   {std::string{"totals of "} + name,
                    text_of(entity) + ", booked last at block " +
                        std::to_string(found->second.block.value()),
                    decimal(ours) + " in the books",
                    to_decimal(theirs) + " by the protocol's own arithmetic",
                    kMendBooks});
        }
    };
    same("loans", kept.book.total(Account::loans), totals.loans);
    same("claims.lenders", kept.book.total(Account::claims_lenders), totals.lenders);
    same("claims.treasury", kept.book.total(Account::claims_treasury), totals.treasury);
    same("capital.reserve", kept.book.total(Account::capital_reserve), totals.reserve);
    same("deficit", deficit_of(kept.book), totals.deficit);
    if (totals.cash) {
        same("cash", kept.book.total(Account::cash), *totals.cash);
    }
}

void BookAudit::report(Kept& kept, Discrepancy discrepancy) {
    if (kept.reported.insert(discrepancy.check).second) {
        discrepancies_.push_back(std::move(discrepancy));
    }
}

}  // namespace redink::app
