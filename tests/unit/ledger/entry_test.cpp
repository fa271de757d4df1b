#include "accounting/ledger/entry.hpp"

#include <doctest/doctest.h>

#include "tests/support/boundary_numbers.hpp"

namespace redink::ledger {
namespace {

Entry with_legs(std::vector<Leg> legs) {
    Entry entry;
    entry.narrative = "supplied";
    entry.legs = std::move(legs);
    return entry;
}

}  // namespace

TEST_CASE("an entry whose debits equal its credits may be posted") {
    CHECK(check(with_legs({{Account::cash, Side::debit, 5}, {Account::loans, Side::credit, 5}})) ==
          EntryFault::none);
    CHECK(check(with_legs({{Account::cash, Side::debit, 5},
                           {Account::loans, Side::credit, 2},
                           {Account::loans, Side::credit, 3}})) == EntryFault::none);
}

TEST_CASE("what is wrong with an entry is named") {
    CHECK(check(with_legs({})) == EntryFault::no_legs);
    CHECK(check(with_legs({{Account::cash, Side::debit, 5}})) == EntryFault::no_legs);
    CHECK(check(with_legs({{Account::cash, Side::debit, 0}, {Account::loans, Side::credit, 0}})) ==
          EntryFault::zero_leg);
    CHECK(check(with_legs({{Account::cash, Side::debit, 5}, {Account::loans, Side::credit, 4}})) ==
          EntryFault::unbalanced);
    CHECK(check(with_legs({{Account::cash, Side::debit, 5}, {Account::loans, Side::debit, 5}})) ==
          EntryFault::unbalanced);
    CHECK(check(with_legs({{Account::cash, Side::debit, 5},
                           {Account::allowance, Side::credit, 5}})) == EntryFault::foreign_account);
    CHECK(check(with_legs(
              {{Account::cash, Side::debit, 5}, {static_cast<Account>(999), Side::credit, 5}})) ==
          EntryFault::foreign_account);
}

TEST_CASE("sums beyond 2^256 do not wrap into balance") {
    const U256 top = max_u256();
    const auto entry = [&top](const U256& credit) {
        return with_legs({{Account::cash, Side::debit, top},
                          {Account::cash, Side::debit, 2},
                          {Account::loans, Side::credit, credit}});
    };
    CHECK(check(entry(1)) == EntryFault::unbalanced);
    CHECK(check(with_legs({{Account::cash, Side::debit, top},
                           {Account::cash, Side::debit, top},
                           {Account::loans, Side::credit, top},
                           {Account::loans, Side::credit, top}})) == EntryFault::none);
}

TEST_CASE("legs of boundary units balance only with themselves") {
    for (const U256& a : test::boundary_numbers()) {
        for (const U256& b : test::boundary_numbers()) {
            const Entry entry = with_legs({{Account::cash, Side::debit, a},
                                           {Account::cash, Side::debit, 3},
                                           {Account::loans, Side::credit, b},
                                           {Account::loans, Side::credit, 3}});
            const EntryFault expected = a.is_zero() || b.is_zero() ? EntryFault::zero_leg
                                        : a == b                   ? EntryFault::none
                                                                   : EntryFault::unbalanced;
            CHECK(check(entry) == expected);
        }
    }
}

TEST_CASE("a mirror has the same place, swapped sides and names what it takes back") {
    Entry entry =
        with_legs({{Account::cash, Side::debit, 5}, {Account::loans, Side::credit, 5, {{7}}}});
    entry.origin.block.number = 12;
    entry.origin.ordinal = 3;
    const Digest identity{{9}};
    const Entry mirror = mirror_of(entry, identity);
    CHECK(mirror.rule == Rule::reversal);
    CHECK(mirror.reverses == identity);
    CHECK(mirror.origin == entry.origin);
    CHECK(mirror.narrative == "reverses: supplied");
    CHECK(mirror.legs.at(0) == Leg{Account::cash, Side::credit, 5});
    CHECK(mirror.legs.at(1) == Leg{Account::loans, Side::debit, 5, {{7}}});
    CHECK(check(mirror) == EntryFault::none);
}

}  // namespace redink::ledger
