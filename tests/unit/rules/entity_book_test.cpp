#include "accounting/rules/entity_book.hpp"

#include <doctest/doctest.h>

#include "accounting/money/invariant.hpp"
#include "tests/unit/rules/posting_legs.hpp"

namespace redink::rules {
namespace {

using ledger::Account;
using ledger::Book;
using ledger::Side;

EntityBook lent() {
    EntityBook book;
    (void)book.apply(events::Supplied{party(8), 1000});
    (void)book.apply(events::Borrowed{party(1), 300});
    (void)book.apply(events::Borrowed{party(2), 200});
    return book;
}

}  // namespace

TEST_CASE("balances are kept by account and party, and zero is no balance") {
    EntityBook book = lent();
    (void)book.apply(events::DeficitCreated{party(2), 50});
    (void)book.apply(events::DeficitCreated{party(1), 30});
    CHECK(book.total(Account::deficit_open) == SignedUnits::plus(80));
    CHECK(book.balance(Account::deficit_open, party(2)) == SignedUnits::plus(50));
    CHECK(book.balance(Account::loans, party(1)).is_zero());
    CHECK(book.loans_and_deficits() == SignedUnits::plus(500));
    CHECK(book.debtor(party(1)).deficit() == 30);
    (void)book.apply(events::LossSocialised{80});
    CHECK_FALSE(book.balances().contains({Account::deficit_open, party(1)}));
}

TEST_CASE("cover goes to the oldest deficit first") {
    EntityBook book = lent();
    (void)book.apply(events::DeficitCreated{party(2), 50});
    (void)book.apply(events::DeficitCreated{party(1), 30});
    const Postings postings =
        book.apply(events::DeficitCovered{party(9), events::Layer::treasury, 60, true});
    CHECK(text_of(postings) ==
          "8 contract: claims.lenders 60 / deficit.open@2 50, deficit.open@1 10\n"
          "8 economic: allowance@2 50, allowance@1 10 / borne.treasury@2 50, borne.treasury@1 10");
}

TEST_CASE("an event that cannot be is refused with the figures, and changes nothing") {
    EntityBook book = lent();
    (void)book.apply(events::DeficitCreated{party(2), 50});
    const Balances before = book.balances();
    CHECK_THROWS_WITH_AS((void)book.apply(events::LossSocialised{51}),
                         "51 units exceed deficit.open of 50",
                         InvariantBroken);
    CHECK_THROWS_WITH_AS((void)book.apply(events::Repaid{party(1), 460}),
                         "loans would be 10 below zero",
                         InvariantBroken);
    CHECK(book.balances() == before);
}

TEST_CASE("a repayment releases what would be held beyond all loans") {
    EntityBook book = lent();
    (void)book.apply(events::DebtValued{party(1), 300, 300, 0, 0});
    (void)book.apply(events::DebtValued{party(2), 200, 200, 0, 0});
    CHECK(text_of(book.apply(events::Repaid{party(2), 120})) ==
          "2 contract: cash 120 / loans 120\n"
          "4 economic: allowance@2 120 / loss.impairment@2 120");
    CHECK(book.broken_invariant() == "");
}

TEST_CASE("what is stale yields to a valuation, a debt beyond all loans is an error") {
    EntityBook book = lent();
    (void)book.apply(events::DebtValued{party(1), 300, 300, 0, 0});
    (void)book.apply(events::Repaid{party(1), 300});
    CHECK(book.total(Account::allowance) == SignedUnits::plus(200));
    (void)book.apply(events::DebtValued{party(2), 200, 150, 0, 0});
    CHECK(book.balance(Account::allowance, party(1)) == SignedUnits::plus(50));
    CHECK(book.broken_invariant() == "");
    (void)book.apply(events::DebtValued{party(3), 900, 900, 0, 0});
    CHECK(book.broken_invariant() ==
          "I4: allowance and written_off of 900 exceed loans and deficits of 200");
}

TEST_CASE("debts that are each rounded up may exceed the loans by a unit a debtor") {
    EntityBook book = lent();
    (void)book.apply(events::DebtValued{party(1), 301, 301, 0, 0});
    (void)book.apply(events::DebtValued{party(2), 201, 201, 0, 0});
    CHECK(book.total(Account::allowance) == SignedUnits::plus(500));
    CHECK(book.apply(events::DebtValued{party(2), 201, 201, 0, 0}).empty());
    (void)book.apply(events::DebtWrittenOff{party(2), 201});
    CHECK(book.total(Account::written_off) == SignedUnits::plus(199));
    CHECK(book.broken_invariant() == "");
}

TEST_CASE("replay of what is unbalanced or of the other book is noticed") {
    EntityBook book;
    book.replay(Book::contract, {{Account::cash, Side::debit, 5}});
    CHECK(book.broken_invariant() == "I2: debits and credits of a book differ: 5 and 0");
    CHECK_THROWS_AS(book.replay(Book::economic, {{Account::cash, Side::debit, 5}}),
                    InvariantBroken);
}

TEST_CASE("every invariant names what breaks it") {
    const auto broken = [](Book of, const std::vector<ledger::Leg>& legs) {
        EntityBook book = lent();
        book.replay(of, legs);
        return book.broken_invariant();
    };
    CHECK(broken(Book::contract,
                 {{Account::cash, Side::debit, 5}, {Account::conversion, Side::credit, 5}}) ==
          "I3: assets and claims of the contract book differ: 1005 and 1000");
    CHECK(broken(Book::economic,
                 {{Account::memo_claim, Side::debit, 5}, {Account::allowance, Side::credit, 5}}) ==
          "I3: losses and who bore them differ in the economic book: 0 and 5");
    CHECK(broken(Book::contract,
                 {{Account::loans, Side::credit, 501}, {Account::cash, Side::debit, 501}}) ==
          "I4: loans is -1");
    CHECK(broken(Book::economic,
                 {{Account::loss_impairment, Side::debit, 501},
                  {Account::allowance, Side::credit, 501, party(1)}}) ==
          "I4: allowance and written_off of 501 exceed loans and deficits of 500");
    CHECK(broken(Book::economic,
                 {{Account::allowance, Side::debit, 5, party(1)},
                  {Account::loss_impairment, Side::credit, 5}}) ==
          "I4: allowance of 0x0100000000000000000000000000000000000000 is -5");
}

TEST_CASE("cover that only one book knows breaks I6") {
    EntityBook book = lent();
    (void)book.apply(events::DeficitCreated{party(1), 50});
    book.replay(Book::contract,
                {{Account::claims_lenders, Side::debit, 20},
                 {Account::deficit_open, Side::credit, 20, party(1)}});
    CHECK(book.broken_invariant() ==
          "I6: recognised, and what is open, absorbed or recovered, differ: 50 and 30");
}

}  // namespace redink::rules
