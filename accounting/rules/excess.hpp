#pragma once

#include "accounting/rules/entity_book.hpp"

/// Allowance and write-offs may not exceed loans and deficits (I4). They can come to it honestly: a
/// repayment between two valuations, rounding that takes a unit from the loans, and debts that are
/// each rounded up, so that their sum exceeds the total by up to a unit a debtor.
namespace redink::rules {

/// The event itself; a valuation or write-off that asks for more than loans and deficits leave for
/// this debtor, by no more than a unit for every impaired debtor, with an amount that fits.
[[nodiscard]] events::DomainEvent fitted_to_loans(const EntityBook& book,
                                                  const events::DomainEvent& event);

/// The postings by rule 4 that release what is held in excess after `event`: from the event's own
/// debtor first, then from the others in the order of their addresses. A valuation or write-off
/// never takes its own back: where the others' is not stale, the excess is an error that I4 tells.
[[nodiscard]] Postings released_excess(const EntityBook& book, const events::DomainEvent& event);

}  // namespace redink::rules
