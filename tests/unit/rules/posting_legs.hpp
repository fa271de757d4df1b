#pragma once

#include <string>

#include "accounting/money/u256.hpp"
#include "accounting/rules/posting.hpp"

namespace redink::rules {

/// A party by one number.
constexpr PartyId party(std::uint8_t number) {
    return PartyId{{number}};
}

/// "cash 5 / claims.lenders 5" as bookkeepers write it: debits, then credits; "@n" is a party.
inline std::string legs_of(const Posting& posting) {
    std::string debits;
    std::string credits;
    for (const ledger::Leg& leg : posting.legs) {
        std::string& side = leg.side == ledger::Side::debit ? debits : credits;
        side += (side.empty() ? "" : ", ") + std::string{ledger::info(leg.account).name};
        side += leg.party.is_nobody() ? "" : "@" + std::to_string(leg.party.bytes[0]);
        side += " " + to_decimal(leg.units);
    }
    return debits + " / " + credits;
}

/// "2 contract: cash 5 / loans 5" for every posting, one a line.
inline std::string text_of(const Postings& postings) {
    std::string text;
    for (const Posting& posting : postings) {
        text += text.empty() ? "" : "\n";
        text += std::to_string(static_cast<int>(posting.rule));
        text += posting.book == ledger::Book::contract ? " contract: " : " economic: ";
        text += legs_of(posting);
    }
    return text;
}

}  // namespace redink::rules
