#pragma once

#include "accounting/rules/entity_book.hpp"

namespace redink::rules {

/// The postings of an event by rules 1 to 17, with the balances they need from `book`.
/// InvariantBroken when the event cannot be.
[[nodiscard]] Postings post_event(const EntityBook& book, const events::DomainEvent& event);

}  // namespace redink::rules
