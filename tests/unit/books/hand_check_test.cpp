#include "app/books/hand_check.hpp"

#include <doctest/doctest.h>

namespace redink::app {
namespace {

using ledger::Account;
using ledger::Leg;
using ledger::Side;

const PartyId kDebtor{{7}};

ledger::Entry entry_at(std::uint64_t block, std::vector<Leg> legs) {
    ledger::Entry entry;
    entry.book = info(legs.at(0).account).book;
    entry.origin.block.number = block;
    entry.legs = std::move(legs);
    return entry;
}

ledger::Entry moved(std::uint64_t block, Account debit, Account credit, const U256& units) {
    return entry_at(block,
                    {{debit, Side::debit, units, kDebtor}, {credit, Side::credit, units, kDebtor}});
}

ledger::Entry written_off(std::uint64_t block, const U256& units) {
    ledger::Entry entry = moved(block, Account::allowance, Account::written_off, units);
    entry.legs.push_back({Account::memo_claim, Side::debit, units, kDebtor});
    entry.legs.push_back({Account::memo_offset, Side::credit, units, kDebtor});
    return entry;
}

// What is said of entries after: a loan of 100 at block 1, an allowance of 60 from block 5 to 8 and
// of 40 from then on.
std::string refusal_of(const std::vector<ledger::Entry>& entries) {
    HandCheck check{entries};
    check.replay(entry_at(1,
                          {{Account::loans, Side::debit, 100, kDebtor},
                           {Account::claims_lenders, Side::credit, 100, {}}}));
    check.replay(moved(5, Account::loss_impairment, Account::allowance, 60));
    check.replay(moved(8, Account::allowance, Account::loss_impairment, 20));
    const auto refusal = check.find_refusal();
    return refusal ? std::to_string(refusal->entry) + " " + refusal->text : "";
}

bool begins(const std::string& text, const std::string& part) {
    INFO(text);
    return text.rfind(part, 0) == 0;
}

}  // namespace

TEST_CASE("what is there from the entry's block on may be written off, and no more") {
    CHECK(refusal_of({written_off(5, 40)}).empty());
    CHECK(refusal_of({written_off(9, 30), written_off(8, 10)}).empty());
    CHECK(begins(refusal_of({written_off(5, 41)}), "0 makes allowance of 0x07"));
    CHECK(refusal_of({written_off(5, 41)}).find("1 below zero at block 8") != std::string::npos);
    CHECK(refusal_of({written_off(4, 1)}).find("1 below zero at block 4") != std::string::npos);
    CHECK(begins(refusal_of({written_off(9, 30), written_off(9, 11)}), "1 makes allowance"));
}

TEST_CASE("what is written off stands in the memo too") {
    CHECK(begins(refusal_of({moved(9, Account::allowance, Account::written_off, 10)}),
                 "0 leaves written_off of 0x07"));
}

TEST_CASE("a loss that nobody recognised is borne by nobody") {
    CHECK(begins(refusal_of({moved(9, Account::allowance, Account::borne_treasury, 10)}),
                 "0 does not fit the books (I6"));
    CHECK(refusal_of({moved(9, Account::loss_impairment, Account::borne_treasury, 10)}).empty());
}

}  // namespace redink::app
