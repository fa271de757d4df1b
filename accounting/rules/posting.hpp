#pragma once

#include <string>
#include <vector>

#include "accounting/ledger/entry.hpp"

namespace redink::rules {

/// What a rule gives: an entry without its place.
struct Posting {
    ledger::Book book = ledger::Book::contract;
    ledger::Rule rule = ledger::Rule::supply;
    std::vector<ledger::Leg> legs;
    std::string narrative;

    /// Adds a leg; nothing for zero units, as an entry has no such legs.
    Posting& debit(ledger::Account account, const U256& units, const PartyId& party = {});
    Posting& credit(ledger::Account account, const U256& units, const PartyId& party = {});

    friend bool operator==(const Posting&, const Posting&) = default;
};

using Postings = std::vector<Posting>;

/// A posting of the contract book that has no legs yet.
[[nodiscard]] Posting contract_posting(ledger::Rule rule, std::string narrative);

/// A posting of the economic book that has no legs yet.
[[nodiscard]] Posting economic_posting(ledger::Rule rule, std::string narrative);

/// Those of the postings that have legs, in their order.
[[nodiscard]] Postings with_legs(Postings postings);

}  // namespace redink::rules
