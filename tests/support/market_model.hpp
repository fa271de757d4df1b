#pragma once

#include <array>
#include <map>

#include "accounting/money/invariant.hpp"
#include "accounting/rules/entity_book.hpp"
#include "tests/property/random_source.hpp"

namespace redink::test {

/// Makes random happenings that are possible in a market: it knows what every borrower owes, which
/// the books do not.
class MarketModel {
  public:
    explicit MarketModel(RandomSource& random) : random_{random} {
    }

    /// An event that can follow; tells the model what it does to the borrowers' debts.
    [[nodiscard]] events::DomainEvent next(const rules::EntityBook& book);

  private:
    using Make = events::DomainEvent (MarketModel::*)(const rules::EntityBook&);

    PartyId someone();
    U256 up_to(const U256& limit);
    U256 taken_from_debt(const PartyId& party, const U256& limit);
    SignedUnits rounding(const U256& limit);

    events::DomainEvent flow(const rules::EntityBook& book);
    events::DomainEvent loan(const rules::EntityBook& book);
    events::DomainEvent accrual(const rules::EntityBook& book);
    events::DomainEvent recognition(const rules::EntityBook& book);
    events::DomainEvent cover(const rules::EntityBook& book);
    events::DomainEvent two_phase_cover(const rules::EntityBook& book);
    events::DomainEvent recovery(const rules::EntityBook& book);
    events::DomainEvent valuation(const rules::EntityBook& book);
    events::DomainEvent write_off(const rules::EntityBook& book);
    events::DomainEvent seizure(const rules::EntityBook& book);

    RandomSource& random_;
    std::map<PartyId, U256> debts_;
};

/// Events that the book must refuse: each asks for one unit more than there is.
[[nodiscard]] std::vector<events::DomainEvent> impossible_events(const rules::EntityBook& book);

}  // namespace redink::test
