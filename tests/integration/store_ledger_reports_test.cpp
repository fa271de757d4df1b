#include <doctest/doctest.h>

#include "tests/support/made_up_books.hpp"

using namespace redink;
using test::allowance_at;
using test::borrow_at;
using test::supply_at;

namespace {

// Block 110 is booked; blocks 111 to 115 have provisional entries.
struct Books : test::BookedChain {
    Books() : test::BookedChain{120} {
        book({supply_at(101, 0, 1'000),
              borrow_at(102, 0, 5, 600),
              borrow_at(104, 0, 6, 50),
              allowance_at(105, 0, 5, 100)},
             110);
        books.replace_provisional(std::vector{supply_at(112, 0, 7), allowance_at(114, 0, 6, 1)},
                                  test::block_ref(115));
    }

    std::string trial_balance(const std::string& arguments) {
        return ask(
            "SELECT book, account, debit, credit, balance, finality FROM "
            "report.trial_balance_at('aave', " +
            arguments + ")");
    }
};

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a trial balance sums parties up to the end of a block") {
    Books chain;
    CHECK(chain.trial_balance("100").empty());
    CHECK(chain.trial_balance("101") ==
          "contract|cash|1000|0|1000|booked\ncontract|claims.lenders|0|1000|1000|booked");
    CHECK(chain.trial_balance("110") ==
          "contract|cash|350|0|350|booked\n"
          "contract|loans|650|0|650|booked\n"
          "contract|claims.lenders|0|1000|1000|booked\n"
          "economic|loss.impairment|100|0|100|booked\n"
          "economic|allowance|0|100|100|booked");
    CHECK(chain.ask("SELECT market, pool, reserve, asset, symbol, block, booked_block FROM "
                    "report.trial_balance_at('aave', 101) LIMIT 1") ==
          "aave|0xcc|0x0101010101010101010101010101010101010101|"
          "0x0101010101010101010101010101010101010101|ONE|101|110");
    CHECK(chain.ask("SELECT DISTINCT ledger_head FROM report.trial_balance_at('aave', 101)") ==
          chain.ask("SELECT head FROM report.ledgers WHERE book = 'contract'"));
}

TEST_CASE("balances by party name whose they are") {
    Books chain;
    CHECK(chain.ask("SELECT account, party, balance FROM report.account_balances_at('aave', 104) "
                    "WHERE account IN ('loans', 'cash')") ==
          "cash||350\n"
          "loans|0x0000000000000000000000000000000000000005|600\n"
          "loans|0x0000000000000000000000000000000000000006|50");
}

TEST_CASE("blocks above the booked one add provisional entries and say so") {
    Books chain;
    CHECK(holds(chain.trial_balance("111"), "contract|cash|350|0|350|provisional"));
    CHECK(holds(chain.trial_balance("112"), "contract|cash|357|0|357|provisional"));
    CHECK(holds(chain.trial_balance("113"), "economic|allowance|0|100|100|provisional"));
    CHECK(holds(chain.trial_balance("115"), "economic|allowance|0|101|101|provisional"));
    chain.book({supply_at(112, 0, 7)}, 112);
    CHECK(holds(chain.trial_balance("112"), "contract|cash|357|0|357|booked"));
    CHECK(holds(chain.trial_balance("115"), "contract|cash|357|0|357|provisional"));
    CHECK(holds(chain.trial_balance("115"), "economic|allowance|0|101|101|provisional"));
    chain.book({}, 116);
    CHECK(chain.ask("SELECT count(*) FROM derived.provisional_entry") == "0");
    CHECK(holds(chain.trial_balance("115"), "economic|allowance|0|100|100|booked"));
}

TEST_CASE("provisional entries of a branch that is left go with it") {
    Books chain;
    chain.ask("UPDATE redink.finality SET held_block = 110, block_number = 110");
    REQUIRE(chain.writer.roll_back(chain::BlockNumber{113}).has_value());
    CHECK(chain.ask("SELECT from_block FROM derived.provisional_entry") == "112");
    CHECK(holds(chain.refusal_of("SELECT report.trial_balance_at('aave', 113)"),
                "is indexed, but not in the books yet. Booked: up to block 110."));
}

TEST_CASE("what is not indexed or not booked is an error with a hint") {
    Books chain;
    CHECK(chain.refusal_of("SELECT report.trial_balance_at('aave', 121)") ==
          "block 121 of market \"aave\" is not indexed. Indexed: blocks 100 to 120. redink sync "
          "--to BLOCK goes on.");
    CHECK(holds(chain.refusal_of("SELECT report.trial_balance_at('aave', 99)"), "not indexed"));
    CHECK(holds(chain.refusal_of("SELECT report.trial_balance_at('no', 99)"), "no market \"no\""));
    CHECK(holds(chain.refusal_of("SELECT report.account_balances_at('aave', 116)"),
                "Booked: up to block 110."));
    CHECK(holds(chain.refusal_of("SELECT report.trial_balance_at('aave', 112, 1)"),
                "block 112 is provisional"));
    chain.books.halt({chain::BlockNumber{110}, "cash differs"});
    CHECK(holds(chain.refusal_of("SELECT report.trial_balance_at('aave', 116)"),
                "market \"aave\" is not booked beyond block 110: cash differs"));
    CHECK(chain.ask("SELECT market, block, reason, booked_block, indexed_block FROM "
                    "report.halts") == "aave|110|cash differs|110|120");
}

TEST_CASE("what was said at a position is said again after corrections") {
    Books chain;
    const std::string before = chain.trial_balance("110");
    const std::string head = chain.ask("SELECT head FROM report.ledgers WHERE book = 'contract'");
    const auto wrong = chain.reader.find_entry(Digest{
        chain::Hash32::parse(chain.ask("SELECT entry_id FROM report.journal WHERE position = 2 AND "
                                       "book = 'contract' LIMIT 1"))
            ->bytes()});
    REQUIRE(wrong.has_value());
    CHECK(wrong->entry == borrow_at(102, 0, 5, 600));
    ledger::Entry right = borrow_at(102, 0, 5, 500);
    right.origin.revision = 1;
    chain.books.append(std::vector{ledger::mirror_of(wrong->entry, wrong->identity), right});
    CHECK(holds(chain.trial_balance("102"), "contract|loans|500|0|500|booked"));
    CHECK(holds(chain.trial_balance("110"), "contract|loans|550|0|550|booked"));
    CHECK(chain.trial_balance("110, 3") == before);
    CHECK(chain.trial_balance("110, 3, 1") == before);
    CHECK_FALSE(holds(chain.trial_balance("110, 3, 0"), "economic"));
    CHECK(chain.ask("SELECT DISTINCT ledger_head FROM report.trial_balance_at('aave', 110, 3) "
                    "WHERE book = 'contract'") == head);
    CHECK(chain.ask("SELECT reverses = (SELECT entry_id FROM report.journal WHERE position = 2 "
                    "AND book = 'contract' LIMIT 1), rule_name FROM report.journal WHERE "
                    "position = 4 AND book = 'contract' LIMIT 1") == "t|reversal");
}

TEST_CASE("the journal has a row for each leg, booked and provisional") {
    Books chain;
    CHECK(chain.ask("SELECT book, position, rule, rule_name, block, \"timestamp\", log_index, leg, "
                    "account, party, debit, credit, narrative, finality FROM report.journal WHERE "
                    "block IN (102, 114) ORDER BY block, leg") ==
          "contract|2|2|borrow|102|1000102|0|1|loans|0x0000000000000000000000000000000000000005|"
          "600||made up|booked\n"
          "contract|2|2|borrow|102|1000102|0|2|cash|||600|made up|booked\n"
          "economic||4|valuation|114|1000114||1|loss.impairment|"
          "0x0000000000000000000000000000000000000006|1||made up|provisional\n"
          "economic||4|valuation|114|1000114||2|allowance|"
          "0x0000000000000000000000000000000000000006||1|made up|provisional");
    CHECK(chain.ask("SELECT sum(debit) = sum(credit) FROM report.journal") == "t");
}

TEST_CASE("an assertion is kept with what the books said, and a failed one stops booking") {
    Books chain;
    store::BalanceAssertion assertion;
    assertion.entity = test::entity_of(1);
    assertion.account = ledger::Account::claims_lenders;
    assertion.block = chain::BlockNumber{105};
    assertion.expected = SignedUnits::plus(1'002);
    assertion.tolerance = 2;
    assertion.source = "totalSupply()";
    CHECK(chain.books.assert_balance(assertion));
    CHECK_FALSE(chain.books.load_halt());
    assertion.tolerance = 1;
    CHECK_FALSE(chain.books.assert_balance(assertion));
    CHECK(chain.books.load_halt()->reason ==
          "claims.lenders is 1000 at block 105, but 1002 by totalSupply()");
    CHECK(chain.ask("SELECT account, block, expected, observed, tolerance, passed, source FROM "
                    "report.assertions ORDER BY passed") ==
          "claims.lenders|105|1002|1000|1|f|totalSupply()\n"
          "claims.lenders|105|1002|1000|2|t|totalSupply()");
}

TEST_CASE("markets keep their books apart, even with the same address") {
    Books chain;
    const store::MarketRecord twin = chain.add_market("twin");
    store::LedgerWriter{chain.connection, twin}.append(std::vector{supply_at(101, 0, 1'000)});
    store::LedgerReader reader{chain.connection, twin};
    CHECK(reader.load_head(ledger::Book::contract).position == 1);
    CHECK(reader.load_balances(ledger::Book::contract, {200}).size() == 2);
    CHECK(chain.reader.load_balances(ledger::Book::contract, {200}).size() == 4);
    CHECK(chain.verify().empty());
}
