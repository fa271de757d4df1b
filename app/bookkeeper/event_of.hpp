#pragma once

#include <map>
#include <optional>

#include "accounting/events/domain_event.hpp"
#include "indexer/rows/domain_event.hpp"

namespace redink::app {

/// An address as the books know it.
[[nodiscard]] PartyId party_of(const chain::Address& address);

/// The event that the posting rules know. `payers` names the layer of those who cover deficits;
/// anybody else counts as treasury. Empty for a fee, which is posted with the block's interest.
[[nodiscard]] std::optional<events::DomainEvent> event_of(
    const rows::DomainEvent& row, const std::map<PartyId, events::Layer>& payers);

/// What an event moves, as the totals of its reserve show it.
struct Flow {
    SignedUnits loans;
    SignedUnits cash;
    SignedUnits lenders;
    SignedUnits treasury;
    SignedUnits reserve;

    friend Flow operator+(const Flow& a, const Flow& b) {
        return {a.loans + b.loans,
                a.cash + b.cash,
                a.lenders + b.lenders,
                a.treasury + b.treasury,
                a.reserve + b.reserve};
    }
};

/// The flow of an event: the changes of totals that are not interest.
[[nodiscard]] Flow flow_of(const rows::DomainEvent& row,
                           const std::map<PartyId, events::Layer>& payers);

}  // namespace redink::app
