#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "accounting/events/domain_event.hpp"
#include "accounting/rules/entity_book.hpp"

namespace redink::test {

/// A balance that a page states.
struct StatedBalance {
    std::string text;  ///< as on the page: "deficit.open@bob"
    ledger::Account account = ledger::Account::cash;
    std::optional<PartyId> party;  ///< empty: the sum over parties
    SignedUnits units;
};

/// A line of a page: what happens to which asset, and the balances that must follow.
struct JournalLine {
    std::string verb;
    std::string asset;
    bool refused = false;
    std::optional<events::DomainEvent> event;  ///< empty for `reverse` and `balances`
    std::vector<StatedBalance> balances;
};

/// Reads a line that is neither empty, a comment nor a head. Throws std::invalid_argument with what
/// is wrong with it.
[[nodiscard]] JournalLine read_journal_line(const std::vector<std::string>& words);

/// The words of a line up to a `#`.
[[nodiscard]] std::vector<std::string> words_of(std::string_view line);

/// The bytes of a name of at most 20 characters, zeros after it.
[[nodiscard]] PartyId named(std::string_view name);

/// Decimal digits with an optional minus. Throws std::invalid_argument.
[[nodiscard]] SignedUnits signed_units_of(const std::string& text);

}  // namespace redink::test
