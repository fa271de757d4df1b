#include "app/bookkeeper/market_book.hpp"

#include <doctest/doctest.h>

namespace redink::app {
namespace {

using ledger::Account;
using ledger::Rule;
using rows::EventKind;

constexpr rows::ReserveId kReserve = 1;

chain::Address address(std::uint8_t number) {
    std::array<std::uint8_t, 20> bytes{};
    bytes.back() = number;
    return chain::Address{bytes};
}

PartyId party(std::uint8_t number) {
    PartyId id;
    id.bytes.back() = number;
    return id;
}

rows::DomainEvent event(EventKind kind, std::uint64_t amount, std::uint32_t log_index) {
    return {{chain::BlockNumber{1}, log_index, {}}, 0, kind, kReserve, address(7), amount, {}};
}

// A book of one reserve, fed block by block.
struct Books {
    Books() {
        book.add_entity(kReserve, {});
    }

    BlockEntries post(std::vector<rows::DomainEvent> events, const rows::ReserveTotals& totals) {
        BlockInput input;
        input.block.number = ++block;
        input.block.time = block * 12;
        const std::vector<TotalsNow> now{{kReserve, totals}};
        input.events = events;
        input.totals = now;
        input.payers = payers;
        return book.post(input);
    }

    BlockEntries value(std::uint64_t gross,
                       std::uint64_t shortfall,
                       bool beyond_hope = false,
                       PartyId debtor = party(7)) {
        Valuation valuation;
        valuation.evidence.bytes.front() = 9;
        if (gross > 0) {
            valuation.debts.push_back({kReserve, debtor, gross, shortfall, beyond_hope});
        }
        BlockInput input;
        input.block.number = ++block;
        input.valuation = &valuation;
        return book.post(input);
    }

    [[nodiscard]] U256 balance(Account account) const {
        return book.books().at(kReserve).total(account).units();
    }

    MarketBook book;
    std::map<PartyId, events::Layer> payers;
    std::uint64_t block = 0;
};

rows::ReserveTotals totals(std::uint64_t loans, std::uint64_t lenders, std::uint64_t deficit = 0) {
    rows::ReserveTotals out;
    out.loans = loans;
    out.lenders = lenders;
    out.deficit = deficit;
    return out;
}

}  // namespace

TEST_CASE("what totals grow by without an event is interest") {
    Books books;
    const std::vector<rows::DomainEvent> flows{event(EventKind::supplied, 1'000, 1),
                                               event(EventKind::borrowed, 800, 2)};
    CHECK(books.post(flows, totals(800, 1'000)).faults.empty());
    const BlockEntries grown = books.post({}, totals(810, 1'009));
    CHECK(grown.faults.empty());
    REQUIRE(grown.entries.size() == 1);
    CHECK(grown.entries[0].rule == Rule::interest);
    CHECK(!grown.entries[0].origin.log_index);
    CHECK(books.balance(Account::loans) == 810);
    CHECK(books.balance(Account::claims_lenders) == 1'009);
    CHECK(books.balance(Account::capital_slack) == 1);
    CHECK(books.balance(Account::cash) == 200);
}

TEST_CASE("interest is there before a repayment of everything") {
    Books books;
    static_cast<void>(
        books.post({event(EventKind::supplied, 1'000, 1), event(EventKind::borrowed, 800, 2)},
                   totals(800, 1'000)));
    const BlockEntries repaid = books.post({event(EventKind::repaid, 815, 4)}, totals(0, 1'014));
    CHECK(repaid.faults.empty());
    CHECK(books.balance(Account::loans) == 0);
    CHECK(books.balance(Account::cash) == 1'015);
}

TEST_CASE("a total that passes zero between two events of a block is lifted and put back") {
    Books books;
    static_cast<void>(
        books.post({event(EventKind::supplied, 1'000, 1), event(EventKind::borrowed, 10, 2)},
                   totals(10, 1'000)));
    // Rounded up for the account, the repayment is one unit more than the total owes.
    const BlockEntries posted = books.post(
        {event(EventKind::repaid, 12, 1), event(EventKind::borrowed, 5, 2)}, totals(4, 1'000));
    CHECK(posted.faults.empty());
    CHECK(books.balance(Account::loans) == 4);
}

TEST_CASE("cash that was given unasked and lent out is noted as slack") {
    Books books;
    const BlockEntries posted = books.post(
        {event(EventKind::supplied, 100, 1), event(EventKind::borrowed, 130, 2)}, totals(130, 100));
    CHECK(posted.faults.empty());
    CHECK(books.balance(Account::cash) == 0);
    CHECK(books.balance(Account::capital_slack) == 30);
}

TEST_CASE("a deficit that the chain does not tell is a fault") {
    Books books;
    static_cast<void>(
        books.post({event(EventKind::supplied, 1'000, 1), event(EventKind::borrowed, 800, 2)},
                   totals(800, 1'000)));
    const BlockEntries posted =
        books.post({event(EventKind::deficit_created, 100, 1)}, totals(700, 1'000, 99));
    REQUIRE(posted.faults.size() == 1);
    CHECK(posted.faults[0].text == "deficit is 100 in the books and 99 on the chain");
}

TEST_CASE("who covers a deficit is of the layer that the terms name") {
    for (const auto& [layer, account] :
         {std::pair{events::Layer::insurance, Account::borne_insurance},
          std::pair{events::Layer::treasury, Account::borne_treasury}}) {
        Books books;
        if (layer != events::Layer::treasury) {
            books.payers[party(7)] = layer;
        }
        static_cast<void>(
            books.post({event(EventKind::supplied, 1'000, 1), event(EventKind::borrowed, 800, 2)},
                       totals(800, 1'000)));
        static_cast<void>(
            books.post({event(EventKind::deficit_created, 100, 1)}, totals(700, 1'000, 100)));
        CHECK(books.balance(Account::allowance) == 100);
        const BlockEntries covered =
            books.post({event(EventKind::deficit_covered, 60, 1)}, totals(700, 940, 40));
        CHECK(covered.faults.empty());
        CHECK(books.balance(account) == 60);
        CHECK(books.balance(Account::allowance) == 40);
    }
}

TEST_CASE("a valuation raises the allowance, suspends interest and gives back") {
    Books books;
    static_cast<void>(books.post(
        {event(EventKind::supplied, 1'000'000, 1), event(EventKind::borrowed, 100'000, 2)},
        totals(100'000, 1'000'000)));
    static_cast<void>(books.value(100'000, 9'486));
    CHECK(books.balance(Account::loss_impairment) == 9'486);
    static_cast<void>(books.post({}, totals(101'000, 1'001'000)));
    static_cast<void>(books.value(101'000, 9'581));
    CHECK(books.balance(Account::interest_suspended) == 95);
    CHECK(books.balance(Account::loss_impairment) == 9'486);
    // Not short any more: the debtor is not among those valued.
    static_cast<void>(books.value(0, 0));
    CHECK(books.balance(Account::allowance) == 0);
}

TEST_CASE("dust that grows as more accounts fall into it earns no interest") {
    Books books;
    static_cast<void>(books.post(
        {event(EventKind::supplied, 1'000'000, 1), event(EventKind::borrowed, 100'000, 2)},
        totals(100'000, 1'000'000)));
    static_cast<void>(books.value(50, 40, false, PartyId{}));
    static_cast<void>(books.value(90, 70, false, PartyId{}));
    CHECK(books.balance(Account::interest_suspended) == 0);
    CHECK(books.balance(Account::allowance) == 70);
    CHECK(books.balance(Account::loss_impairment) == 70);
    static_cast<void>(books.value(0, 0));
    CHECK(books.balance(Account::allowance) == 0);
    CHECK(books.balance(Account::loss_impairment) == 0);
}

TEST_CASE("a debt beyond hope is written off once, and its growth after that") {
    Books books;
    static_cast<void>(
        books.post({event(EventKind::supplied, 1'000, 1), event(EventKind::borrowed, 500, 2)},
                   totals(500, 1'000)));
    static_cast<void>(books.value(500, 500, true));
    CHECK(books.balance(Account::written_off) == 500);
    CHECK(books.balance(Account::memo_claim) == 500);
    CHECK(books.balance(Account::allowance) == 0);
    CHECK(books.value(500, 500, true).entries.empty());
    static_cast<void>(books.post({}, totals(510, 1'010)));
    static_cast<void>(books.value(510, 510, true));
    CHECK(books.balance(Account::written_off) == 510);
}

TEST_CASE("entries of one place are told apart by their ordinals") {
    Books books;
    const BlockEntries posted =
        books.post({event(EventKind::supplied, 1'000, 3), event(EventKind::borrowed, 800, 3)},
                   totals(801, 1'000));
    std::set<std::pair<std::optional<std::uint32_t>, std::uint32_t>> places;
    for (const ledger::Entry& entry : posted.entries) {
        CHECK(places.insert({entry.origin.log_index, entry.origin.ordinal}).second);
    }
}

TEST_CASE("a book that is restored goes on like one that never stopped") {
    Books going;
    Books restored;
    const auto first =
        going.post({event(EventKind::supplied, 1'000, 1), event(EventKind::borrowed, 800, 2)},
                   totals(800, 1'000));
    const auto second = going.value(800, 300);
    for (const auto& posted : {first, second}) {
        for (const ledger::Entry& entry : posted.entries) {
            restored.book.replay(kReserve, entry);
        }
    }
    restored.book.restore_valued({{kReserve, party(7), 800, 300, false}}, {});
    restored.block = going.block;
    CHECK(
        going.post({event(EventKind::deficit_created, 790, 1)}, totals(20, 1'005, 790)).entries ==
        restored.post({event(EventKind::deficit_created, 790, 1)}, totals(20, 1'005, 790)).entries);
    CHECK(going.value(20, 20).entries == restored.value(20, 20).entries);
}

}  // namespace redink::app
