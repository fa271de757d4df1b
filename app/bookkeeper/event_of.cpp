#include "app/bookkeeper/event_of.hpp"

#include <algorithm>

#include "accounting/money/invariant.hpp"

namespace redink::app {
namespace {

using rows::EventKind;

events::Layer layer_of(const PartyId& payer, const std::map<PartyId, events::Layer>& payers) {
    const auto known = payers.find(payer);
    return known == payers.end() ? events::Layer::treasury : known->second;
}

}  // namespace

PartyId party_of(const chain::Address& address) {
    PartyId party;
    const auto view = address.view();
    std::copy(view.begin(), view.end(), party.bytes.begin());
    return party;
}

std::optional<events::DomainEvent> event_of(const rows::DomainEvent& row,
                                            const std::map<PartyId, events::Layer>& payers) {
    const PartyId who = party_of(row.account);
    const U256& amount = row.amount;
    switch (row.kind) {
        case EventKind::supplied:
            return events::Supplied{who, amount};
        case EventKind::withdrawn:
            return events::Withdrawn{who, amount};
        case EventKind::borrowed:
            return events::Borrowed{who, amount};
        case EventKind::repaid:
            return events::Repaid{who, amount};
        case EventKind::repaid_with_claims:
            return events::RepaidWithClaims{who, amount};
        case EventKind::fee_received:
            return std::nullopt;
        case EventKind::treasury_minted:
            return events::TreasuryMinted{amount};
        case EventKind::reserve_added:
            return events::ReservePaid{SignedUnits::plus(amount)};
        case EventKind::reserve_reduced:
            return events::ReservePaid{SignedUnits::minus(amount)};
        case EventKind::liquidated:
            return events::Liquidated{who, amount};
        case EventKind::collateral_paid_out:
            return events::CollateralPaidOut{who, amount};
        case EventKind::deficit_created:
            return events::DeficitCreated{who, amount};
        case EventKind::deficit_covered:
            return events::DeficitCovered{who, layer_of(who, payers), amount, true};
        case EventKind::insurance_slashed:
            return events::InsuranceSlashed{who, amount};
        case EventKind::slashed_burned:
            return events::SlashedBurned{amount};
        case EventKind::auction_opened:
            return events::AuctionOpened{amount};
        case EventKind::auction_paid:
            return events::AuctionPaid{amount};
        case EventKind::loss_socialised:
            return events::LossSocialised{amount};
        case EventKind::recovered_open:
            return events::RecoveredOpen{who, events::Source::borrower, amount};
        case EventKind::recovered_late:
            return events::RecoveredLate{
                who, events::Source::third_party, events::Layer::lenders, amount};
        case EventKind::debt_forgiven:
            return events::DebtForgiven{who, amount};
        case EventKind::collateral_taken:
            return events::CollateralTaken{who, amount};
        case EventKind::debt_absorbed:
            return events::DebtAbsorbed{who, amount};
        case EventKind::collateral_sold:
            return events::CollateralSold{amount, row.proceeds};
    }
    throw InvariantBroken{"a domain event of an unknown kind"};
}

Flow flow_of(const rows::DomainEvent& row, const std::map<PartyId, events::Layer>& payers) {
    const SignedUnits in = SignedUnits::plus(row.amount);
    const SignedUnits out = SignedUnits::minus(row.amount);
    const SignedUnits none;
    switch (row.kind) {
        case EventKind::supplied:
            return {none, in, in, none, none};
        case EventKind::withdrawn:
        case EventKind::collateral_paid_out:
            return {none, out, out, none, none};
        case EventKind::borrowed:
            return {in, out, none, none, none};
        case EventKind::repaid:
        case EventKind::liquidated:
            return {out, in, none, none, none};
        case EventKind::repaid_with_claims:
            return {out, none, out, none, none};
        case EventKind::treasury_minted:
            return {none, none, in, out, none};
        case EventKind::reserve_added:
            return {none, in, none, none, in};
        case EventKind::reserve_reduced:
            return {none, out, none, none, out};
        case EventKind::deficit_created:
        case EventKind::debt_forgiven:
            return {out, none, none, none, none};
        case EventKind::deficit_covered:
            return layer_of(party_of(row.account), payers) == events::Layer::reserve
                       ? Flow{none, none, none, none, out}
                       : Flow{none, none, out, none, none};
        case EventKind::slashed_burned:
        case EventKind::loss_socialised:
            return {none, none, out, none, none};
        case EventKind::auction_paid:
        case EventKind::recovered_open:
            return {none, in, none, none, none};
        case EventKind::recovered_late:
            return {none, in, in, none, none};
        case EventKind::debt_absorbed:
            return {out, none, none, none, out};
        case EventKind::collateral_sold:
            return {
                none, SignedUnits::plus(row.proceeds), none, none, SignedUnits::plus(row.proceeds)};
        case EventKind::fee_received:
        case EventKind::insurance_slashed:
        case EventKind::auction_opened:
        case EventKind::collateral_taken:
            return {};
    }
    throw InvariantBroken{"a domain event of an unknown kind"};
}

}  // namespace redink::app
