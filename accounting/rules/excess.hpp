#pragma once

#include "accounting/rules/entity_book.hpp"

/// Allowance and write-offs may not exceed loans and deficits (I4). They can come to it honestly: a
/// repayment between two valuations, rounding that takes a unit from the loans, and debts that are
/// each rounded up, so that their sum exceeds the total by up to a unit a debtor.
namespace redink::rules {

/// The event itself; a valuation whose shortfall exceeds what loans leave for this debtor, by no
/// more than a unit for every impaired debtor, with a shortfall that fits.
[[nodiscard]] events::DomainEvent fitted_to_loans(const EntityBook& book,
                                                  const events::DomainEvent& event);

/// The postings by rule 4 that release what is held in excess after `event`: from the event's own
/// debtor first, then from the others by address. At most by what the event took from loans and
/// deficits and a unit for every impaired debtor; an excess beyond that is left to I4.
[[nodiscard]] Postings released_excess(const EntityBook& book,
                                       const events::DomainEvent& event,
                                       const SignedUnits& backing_before);

}  // namespace redink::rules
