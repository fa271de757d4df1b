#include "app/verify/book_audit.hpp"

#include <doctest/doctest.h>

using namespace redink;
using ledger::Account;
using ledger::Book;
using ledger::Rule;
using ledger::Side;

namespace {

PartyId party(std::uint8_t number) {
    PartyId id;
    id.bytes.back() = number;
    return id;
}

ledger::Entity entity() {
    ledger::Entity entity;
    entity.reserve.back() = 7;
    return entity;
}

/// A book of one reserve that is audited as it is written.
struct Audited {
    explicit Audited(app::AuditInput input = {}) : audit{with_reserve(std::move(input))} {
    }

    static app::AuditInput with_reserve(app::AuditInput input) {
        input.reserves[entity()] = 1;
        return input;
    }

    void post(Rule rule, const std::vector<ledger::Leg>& legs, std::uint64_t block = 10) {
        store::StoredEntry stored;
        stored.position = ++position;
        stored.entry.book = ledger::info(legs.front().account).book;
        stored.entry.rule = rule;
        stored.entry.entity = entity();
        stored.entry.origin.block.number = block;
        stored.entry.legs = legs;
        audit.take(stored);
    }

    // 1,000 supplied and lent out.
    void lend() {
        post(Rule::supply,
             {{Account::cash, Side::debit, 1'000}, {Account::claims_lenders, Side::credit, 1'000}});
        post(Rule::borrow,
             {{Account::loans, Side::debit, 1'000}, {Account::cash, Side::credit, 1'000}});
    }

    // A deficit of 100, recognised in both books.
    void recognise() {
        post(Rule::deficit,
             {{Account::deficit_open, Side::debit, 100, party(1)},
              {Account::loans, Side::credit, 100}});
        post(Rule::deficit,
             {{Account::loss_impairment, Side::debit, 100},
              {Account::allowance, Side::credit, 100, party(1)}});
    }

    void cover(Account by) {
        post(Rule::treasury_paid,
             {{Account::claims_lenders, Side::debit, 100},
              {Account::deficit_open, Side::credit, 100, party(1)}});
        post(Rule::treasury_paid,
             {{Account::allowance, Side::debit, 100, party(1)}, {by, Side::credit, 100}});
    }

    [[nodiscard]] std::string first() const {
        return audit.discrepancies().empty() ? "" : audit.discrepancies().front().check;
    }

    app::BookAudit audit;
    std::uint64_t position = 0;
};

app::AuditInput with_deficit(std::uint64_t block, std::uint64_t units) {
    app::AuditInput input;
    input.deficits[1][block] = units;
    return input;
}

}  // namespace

TEST_CASE("a deficit that is created and covered passes") {
    app::AuditInput input = with_deficit(10, 100);
    input.deficits[1][11] = 0;
    Audited books{input};
    books.lend();
    books.recognise();
    books.audit.end_block(10);
    books.cover(Account::borne_treasury);
    books.audit.end_block(11);
    books.audit.end(12);
    CHECK(books.first() == "");
    CHECK(books.audit.entries() == 6);
}

TEST_CASE("an entry that does not balance breaks I1") {
    Audited books;
    books.post(Rule::supply,
               {{Account::cash, Side::debit, 2}, {Account::claims_lenders, Side::credit, 1}});
    CHECK(books.first() == "I1");
}

TEST_CASE("cash below zero at the end of a block breaks I4, and is told once") {
    Audited books;
    for (int i = 0; i < 2; ++i) {
        books.post(Rule::borrow,
                   {{Account::loans, Side::debit, 1}, {Account::cash, Side::credit, 1}});
        books.audit.end_block(10);
    }
    CHECK(books.first() == "I4");
    CHECK(books.audit.discrepancies().size() == 1);
}

TEST_CASE("a deficit that the chain has not, at its block or at the end, breaks I5") {
    Audited unknown;
    unknown.lend();
    unknown.recognise();
    unknown.audit.end_block(10);
    CHECK(unknown.first() == "I5");
    Audited missing{with_deficit(11, 1)};
    missing.lend();
    missing.audit.end_block(10);
    CHECK(missing.first() == "");
    missing.audit.end(12);
    CHECK(missing.first() == "I5");
}

TEST_CASE("a loss that nobody bore breaks I6") {
    app::AuditInput input = with_deficit(10, 0);
    Audited books{input};
    books.lend();
    books.recognise();
    books.post(Rule::treasury_paid,
               {{Account::claims_lenders, Side::debit, 100},
                {Account::deficit_open, Side::credit, 100, party(1)}});
    books.post(Rule::valuation,
               {{Account::allowance, Side::debit, 100, party(1)},
                {Account::loss_impairment, Side::credit, 100}});
    books.audit.end_block(10);
    CHECK(books.first() == "I6");
}

TEST_CASE("claims of lenders that fall under another rule break I7") {
    Audited books;
    books.lend();
    books.post(Rule::reserve_used,
               {{Account::claims_lenders, Side::debit, 1}, {Account::loans, Side::credit, 1}});
    CHECK(books.first() == "I7");
}

TEST_CASE("a deeper layer that pays before a shallower one is empty is remarked, not found") {
    app::AuditInput input;
    input.cover.push_back({{events::Layer::reserve, "buffer", U256{50}, 10'000, {}, 0}, party(9)});
    input.cover.push_back({{events::Layer::treasury, "dao", {}, 10'000, {}, 0}, party(8)});
    Audited books{input};
    books.lend();
    books.recognise();
    books.cover(Account::borne_treasury);
    books.audit.end_block(10);
    CHECK(books.first() == "");
    CHECK(books.audit.remarks().size() == 1);
    input.cover.front().payer.reset();
    Audited without_payer{input};
    without_payer.lend();
    without_payer.recognise();
    without_payer.cover(Account::borne_treasury);
    CHECK(without_payer.audit.remarks().empty());
}

TEST_CASE("books that do not end with the protocol's totals are found, term by term") {
    app::AuditInput input;
    app::BookedTotals totals;
    totals.totals.loans = 1'000;
    totals.totals.lenders = 1'001;
    totals.totals.cash = U256{0};
    input.totals[1] = totals;
    Audited books{input};
    books.lend();
    books.audit.end_block(10);
    books.audit.end(10);
    CHECK(books.audit.discrepancies().size() == 1);
    CHECK(books.first() == "totals of claims.lenders");
}
