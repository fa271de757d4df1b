#include "tests/support/market_model.hpp"

#include <algorithm>

namespace redink::test {
namespace {

using events::DomainEvent;
using events::Layer;
using events::Source;
using ledger::Account;
using rules::EntityBook;

constexpr std::size_t kBorrowers = 4;
const U256 kLargest = U256{1} << 100;

U256 units_of(const EntityBook& book, Account account) {
    return book.total(account).units();
}

/// Units of an account that may be below zero; none then.
U256 positive_units(const EntityBook& book, Account account) {
    return book.total(account).is_negative() ? U256{0} : units_of(book, account);
}

}  // namespace

PartyId MarketModel::someone() {
    return PartyId{{static_cast<std::uint8_t>(1 + random_.below(kBorrowers))}};
}

U256 MarketModel::up_to(const U256& limit) {
    // All of it and nothing of it are the interesting cases.
    switch (random_.below(6)) {
        case 0:
            return limit;
        case 1:
            return 0;
        default:
            return limit == max_u256() ? random_.number() : U256{random_.number() % (limit + 1U)};
    }
}

U256 MarketModel::taken_from_debt(const PartyId& party, const U256& limit) {
    const U256 units = up_to(std::min(debts_[party], limit));
    debts_[party] -= units;
    return units;
}

SignedUnits MarketModel::rounding(const U256& limit) {
    return limit.is_zero() || random_.below(2) == 0 ? SignedUnits{} : SignedUnits::minus(1);
}

DomainEvent MarketModel::next(const EntityBook& book) {
    static constexpr std::array<Make, 12> kMakers{&MarketModel::flow,
                                                  &MarketModel::flow,
                                                  &MarketModel::loan,
                                                  &MarketModel::loan,
                                                  &MarketModel::accrual,
                                                  &MarketModel::recognition,
                                                  &MarketModel::cover,
                                                  &MarketModel::two_phase_cover,
                                                  &MarketModel::recovery,
                                                  &MarketModel::valuation,
                                                  &MarketModel::write_off,
                                                  &MarketModel::seizure};
    return (this->*kMakers.at(random_.below(kMakers.size())))(book);
}

DomainEvent MarketModel::flow(const EntityBook& book) {
    const U256 cash = units_of(book, Account::cash);
    const U256 claims = units_of(book, Account::claims_lenders);
    switch (random_.below(7)) {
        case 0:
            return events::Withdrawn{someone(), up_to(std::min(cash, claims))};
        case 1:
            return events::CollateralPaidOut{someone(), up_to(std::min(cash, claims))};
        case 2:
            return events::ReservePaid{SignedUnits::minus(up_to(cash))};
        case 3:
            return events::ReservePaid{SignedUnits::plus(up_to(kLargest))};
        case 4:
            return events::TreasuryMinted{up_to(units_of(book, Account::claims_treasury))};
        default:
            return events::Supplied{someone(), up_to(kLargest)};
    }
}

DomainEvent MarketModel::loan(const EntityBook& book) {
    const PartyId party = someone();
    switch (random_.below(6)) {
        case 0:
            return events::Repaid{party, taken_from_debt(party, max_u256())};
        case 1:
            return events::RepaidWithClaims{
                party, taken_from_debt(party, units_of(book, Account::claims_lenders))};
        case 2:
            return events::Liquidated{party, taken_from_debt(party, max_u256())};
        default:
            break;
    }
    const U256 units = up_to(units_of(book, Account::cash));
    debts_[party] += units;
    return events::Borrowed{party, units};
}

DomainEvent MarketModel::accrual(const EntityBook& book) {
    if (random_.below(3) == 0) {
        const PartyId party = someone();
        SignedUnits loans = rounding(debts_[party]);
        debts_[party] -= loans.units();
        return events::InterestAccrued{loans,
                                       {},
                                       rounding(units_of(book, Account::claims_lenders)),
                                       rounding(units_of(book, Account::claims_treasury)),
                                       rounding(1)};
    }
    U256 interest = 0;
    for (auto& [party, debt] : debts_) {
        const U256 units = up_to(U256{debt / 50U});
        debt += units;
        interest += units;
    }
    const U256 fee = up_to(1000);
    const U256 income{interest + fee};
    return events::InterestAccrued{SignedUnits::plus(interest),
                                   SignedUnits::plus(fee),
                                   SignedUnits::plus(up_to(income)),
                                   SignedUnits::plus(up_to(income)),
                                   SignedUnits::plus(up_to(income))};
}

DomainEvent MarketModel::recognition(const EntityBook& /*book*/) {
    const PartyId party = someone();
    const U256 units = taken_from_debt(party, max_u256());
    if (random_.below(4) == 0) {
        return events::DebtForgiven{party, units};
    }
    return events::DeficitCreated{party, units};
}

DomainEvent MarketModel::cover(const EntityBook& book) {
    const U256 open = units_of(book, Account::deficit_open);
    const U256 claims = units_of(book, Account::claims_lenders);
    if (random_.below(4) == 0) {
        return events::LossSocialised{up_to(std::min(open, claims))};
    }
    const auto layer = static_cast<Layer>(random_.below(5));
    const bool with_claims = random_.below(2) == 0;
    const bool takes_claims = layer == Layer::lenders || (layer != Layer::reserve && with_claims);
    return events::DeficitCovered{
        someone(), layer, up_to(takes_claims ? std::min(open, claims) : open), with_claims};
}

DomainEvent MarketModel::two_phase_cover(const EntityBook& book) {
    const U256 open = units_of(book, Account::deficit_open);
    switch (random_.below(4)) {
        case 0:
            return events::InsuranceSlashed{PartyId{{99}}, up_to(open)};
        case 1:
            return events::SlashedBurned{up_to(std::min(units_of(book, Account::deficit_slashed),
                                                        units_of(book, Account::claims_lenders)))};
        case 2:
            return events::AuctionOpened{up_to(open)};
        default:
            return events::AuctionPaid{up_to(units_of(book, Account::deficit_auction))};
    }
}

DomainEvent MarketModel::recovery(const EntityBook& book) {
    const PartyId party = someone();
    const auto source = static_cast<Source>(random_.below(3));
    if (random_.below(2) == 0) {
        const auto keeper = static_cast<Layer>(random_.below(5));
        return events::RecoveredLate{
            party, source, keeper, up_to(book.balance(rules::borne_by(keeper), party).units())};
    }
    const U256 on_deficit = book.balance(Account::deficit_open, party).units();
    const U256 units = up_to(U256{on_deficit + debts_[party]});
    debts_[party] -= units > on_deficit ? U256{units - on_deficit} : U256{0};
    return events::RecoveredOpen{party, source, units};
}

DomainEvent MarketModel::valuation(const EntityBook& /*book*/) {
    const PartyId party = someone();
    const U256 debt = debts_[party];
    // Protocols round each debt up, so that it may be a unit more than its part of the total.
    const U256 gross = debt.is_zero() ? debt : U256{debt + random_.below(2)};
    return events::DebtValued{party, gross, up_to(gross), up_to(U256{gross / 40U}), up_to(gross)};
}

DomainEvent MarketModel::write_off(const EntityBook& book) {
    const PartyId party = someone();
    const rules::DebtorBalances debtor = book.debtor(party);
    const U256 whole = debtor.deficit() + debts_[party];
    return events::DebtWrittenOff{
        party, up_to(whole > debtor.written_off ? U256{whole - debtor.written_off} : U256{0})};
}

DomainEvent MarketModel::seizure(const EntityBook& book) {
    const PartyId party = someone();
    switch (random_.below(4)) {
        case 0:
            return events::CollateralTaken{party, up_to(kLargest)};
        case 1: {
            const U256 units = debts_[party];
            debts_[party] = 0;
            return events::DebtAbsorbed{party, units};
        }
        case 2:
            return events::CollateralSold{up_to(units_of(book, Account::collateral_inventory)), 0};
        default:
            return events::CollateralSold{
                0, up_to(U256{positive_units(book, Account::borne_reserve) + 1000U})};
    }
}

std::vector<DomainEvent> impossible_events(const EntityBook& book) {
    const auto beyond = [&book](Account account) { return U256{units_of(book, account) + 1U}; };
    const PartyId stranger{{77}};
    return {events::Withdrawn{stranger, beyond(Account::claims_lenders)},
            events::Borrowed{stranger, beyond(Account::cash)},
            events::Repaid{stranger, beyond(Account::loans)},
            events::Liquidated{stranger, beyond(Account::loans)},
            events::TreasuryMinted{beyond(Account::claims_treasury)},
            events::DeficitCreated{stranger, beyond(Account::loans)},
            events::DeficitCovered{stranger, Layer::reserve, beyond(Account::deficit_open), true},
            events::InsuranceSlashed{stranger, beyond(Account::deficit_open)},
            events::SlashedBurned{beyond(Account::deficit_slashed)},
            events::AuctionOpened{beyond(Account::deficit_open)},
            events::AuctionPaid{beyond(Account::deficit_auction)},
            events::LossSocialised{beyond(Account::deficit_open)},
            events::RecoveredOpen{stranger, Source::borrower, beyond(Account::loans)},
            events::RecoveredLate{stranger, Source::borrower, Layer::lenders, 1},
            events::DebtForgiven{stranger, beyond(Account::loans)},
            events::DebtAbsorbed{stranger, beyond(Account::loans)},
            events::CollateralSold{beyond(Account::collateral_inventory), 0},
            events::DebtValued{stranger, 1, 2, 0, 0}};
}

}  // namespace redink::test
