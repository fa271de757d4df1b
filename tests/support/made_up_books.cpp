#include "tests/support/made_up_books.hpp"

#include "indexer/store/errors.hpp"

namespace redink::test {
namespace {

using ledger::Account;
using ledger::Book;
using ledger::Rule;
using ledger::Side;

/// An entry between two accounts.
struct Shape {
    Book book;
    Rule rule;
    Account debit;
    Account credit;
};

constexpr std::array kShapes{
    Shape{Book::contract, Rule::supply, Account::cash, Account::claims_lenders},
    Shape{Book::contract, Rule::borrow, Account::loans, Account::cash},
    Shape{Book::contract, Rule::interest, Account::loans, Account::claims_lenders},
    Shape{Book::contract, Rule::liquidation, Account::cash, Account::loans},
    Shape{Book::contract, Rule::deficit, Account::deficit_open, Account::loans},
    Shape{Book::contract, Rule::socialised, Account::claims_lenders, Account::deficit_open},
    Shape{Book::economic, Rule::valuation, Account::loss_impairment, Account::allowance},
    Shape{Book::economic, Rule::treasury_paid, Account::allowance, Account::borne_treasury},
};

ledger::Entry entry_of(const Shape& shape, const PartyId& party, const U256& units) {
    ledger::Entry entry;
    entry.book = shape.book;
    entry.rule = shape.rule;
    entry.entity = entity_of(1);
    entry.legs = {{shape.debit, Side::debit, units, party},
                  {shape.credit, Side::credit, units, party}};
    entry.narrative = "made up";
    return entry;
}

}  // namespace

PartyId party_of(std::uint32_t number) {
    PartyId party;
    for (std::size_t i = 0; i < 4; ++i) {
        party.bytes.at(19 - i) = static_cast<std::uint8_t>(number >> 8 * i);
    }
    return party;
}

ledger::Entity entity_of(std::uint8_t number) {
    ledger::Entity entity;
    entity.pool = {0xcc};
    entity.reserve.fill(number);
    entity.asset.bytes.fill(number);
    return entity;
}

ledger::Origin origin_at(std::uint64_t block, std::uint32_t log_index) {
    ledger::Origin origin;
    origin.block = {block, Digest{block_ref(block).hash.bytes()}, 1'000'000 + block};
    origin.log_index = log_index;
    origin.txn_hash.bytes.fill(7);
    return origin;
}

ledger::Entry supply_at(std::uint64_t block, std::uint32_t log_index, const U256& units) {
    ledger::Entry entry = entry_of(kShapes.at(0), {}, units);
    entry.origin = origin_at(block, log_index);
    return entry;
}

ledger::Entry borrow_at(std::uint64_t block,
                        std::uint32_t log_index,
                        std::uint32_t party,
                        const U256& units) {
    ledger::Entry entry = entry_of(kShapes.at(1), {}, units);
    entry.origin = origin_at(block, log_index);
    entry.legs.front().party = party_of(party);
    return entry;
}

ledger::Entry allowance_at(std::uint64_t block,
                           std::uint32_t ordinal,
                           std::uint32_t party,
                           const U256& units) {
    ledger::Entry entry = entry_of(kShapes.at(6), party_of(party), units);
    entry.origin = origin_at(block, 0);
    entry.origin.log_index.reset();
    entry.origin.txn_hash = {};
    entry.origin.ordinal = ordinal;
    entry.origin.evidence.bytes.fill(9);
    return entry;
}

ledger::Entry EntryMaker::next(std::uint64_t block) {
    const Shape& shape = kShapes.at(random_.below(kShapes.size()));
    const auto party = static_cast<std::uint32_t>(random_.below(parties_ + 1U));
    // Sums of many stay below 2^256.
    ledger::Entry entry = entry_of(shape, party_of(party), (random_.number() >> 32) + 2);
    // A party deals with two entities.
    entry.entity = entity_of(static_cast<std::uint8_t>(1 + (party + random_.below(2)) % entities_));
    entry.origin = origin_at(block, ++count_);
    if (random_.below(4) == 0) {
        // Split the credit.
        ledger::Leg other = entry.legs.back();
        other.units = 1;
        other.party = {};
        entry.legs.back().units -= 1;
        entry.legs.push_back(other);
    }
    return entry;
}

BookedChain::BookedChain(std::uint64_t last, store::SnapshotPolicy snapshots)
    : books{connection, market, snapshots}, reader{connection, market} {
    add_source({1});
    commit(facts(kFirstBlock, last));
    const std::string head = std::to_string(last);
    ask("INSERT INTO redink.finality SELECT 1, number, hash, 'tag', number, number, number, hash "
        "FROM redink.block WHERE number = " +
        head);
    ask("INSERT INTO redink.token VALUES (1, decode(repeat('01', 20), 'hex'), 'ONE', 6)");
}

store::Posted BookedChain::book(const std::vector<ledger::Entry>& entries, std::uint64_t block) {
    return books.commit(books.load_booked(), entries, block_ref(block));
}

std::string BookedChain::verify(ledger::Book book) {
    const store::LedgerCheck check = store::verify_chain(connection, market, book);
    return check.fault ? store::text_of(*check.fault, market, book) : "";
}

std::string BookedChain::refusal_of(const std::string& sql) {
    try {
        ask(sql);
    } catch (const std::exception& error) {
        return store::to_error(error).text;
    }
    return "";
}

}  // namespace redink::test
