#include "accounting/rules/posting.hpp"

namespace redink::rules {
namespace {

void add_leg(std::vector<ledger::Leg>& legs, ledger::Leg leg) {
    if (!leg.units.is_zero()) {
        legs.push_back(leg);
    }
}

}  // namespace

Posting& Posting::debit(ledger::Account account, const U256& units, const PartyId& party) {
    add_leg(legs, {account, ledger::Side::debit, units, party});
    return *this;
}

Posting& Posting::credit(ledger::Account account, const U256& units, const PartyId& party) {
    add_leg(legs, {account, ledger::Side::credit, units, party});
    return *this;
}

Posting contract_posting(ledger::Rule rule, std::string narrative) {
    return {ledger::Book::contract, rule, {}, std::move(narrative)};
}

Posting economic_posting(ledger::Rule rule, std::string narrative) {
    return {ledger::Book::economic, rule, {}, std::move(narrative)};
}

Postings with_legs(Postings postings) {
    std::erase_if(postings, [](const Posting& posting) { return posting.legs.empty(); });
    return postings;
}

}  // namespace redink::rules
