#include <algorithm>
#include <functional>
#include <set>

#include <doctest/doctest.h>

#include "accounting/ledger/entry.hpp"
#include "accounting/rules/entity_book.hpp"
#include "accounting/rules/rules.hpp"
#include "tests/property/random_source.hpp"
#include "tests/support/market_model.hpp"

namespace redink::rules {
namespace {

using ledger::Account;
using ledger::Book;
using ledger::Rule;
using ledger::Side;

constexpr int kRuns = 1000;
constexpr int kEvents = 40;

/// One random history of a market, and everything it posted.
struct Run {
    EntityBook book;
    std::vector<Posting> postings;
};

/// Calls `after` with the book and what was posted, event by event.
Run random_run(test::RandomSource& random,
               const std::function<void(const EntityBook&, const Postings&)>& after = {}) {
    Run run;
    test::MarketModel model{random};
    for (int i = 0; i < kEvents; ++i) {
        const events::DomainEvent event = model.next(run.book);
        const Postings posted = run.book.apply(event);
        if (after) {
            CAPTURE(i);
            CAPTURE(event.index());
            after(run.book, posted);
        }
        run.postings.insert(run.postings.end(), posted.begin(), posted.end());
    }
    return run;
}

ledger::EntryFault fault_of(const Posting& posting) {
    ledger::Entry entry;
    entry.book = posting.book;
    entry.legs = posting.legs;
    return ledger::check(entry);
}

bool debits_lenders(const Posting& posting) {
    return std::any_of(posting.legs.begin(), posting.legs.end(), [](const ledger::Leg& leg) {
        return leg.account == Account::claims_lenders && leg.side == Side::debit;
    });
}

}  // namespace

TEST_CASE("every posting of a random history may be posted, and I2 to I4 and I6 hold after it") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    for (int run = 0; run < kRuns; ++run) {
        CAPTURE(run);
        random_run(random, [](const EntityBook& book, const Postings& posted) {
            for (const Posting& posting : posted) {
                REQUIRE(fault_of(posting) == ledger::EntryFault::none);
                REQUIRE_FALSE(posting.narrative.empty());
            }
            REQUIRE(book.broken_invariant() == "");
        });
    }
}

TEST_CASE("lenders' claims fall only by the rules that may take them (I7)") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed + 1};
    const std::set<Rule> may{Rule::supply,
                             Rule::borrow,
                             Rule::liquidation,
                             Rule::treasury_paid,
                             Rule::slashed_burned,
                             Rule::auction,
                             Rule::socialised,
                             Rule::rounding};
    std::set<Rule> seen;
    for (int run = 0; run < kRuns; ++run) {
        for (const Posting& posting : random_run(random).postings) {
            if (debits_lenders(posting)) {
                REQUIRE(may.contains(posting.rule));
                seen.insert(posting.rule);
            }
        }
    }
    CHECK(seen == may);
}

TEST_CASE("replay of the postings gives the same books, in one go or book by book") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed + 2};
    for (int i = 0; i < kRuns; ++i) {
        CAPTURE(i);
        const Run run = random_run(random);
        EntityBook replayed;
        for (const Posting& posting : run.postings) {
            replayed.replay(posting.book, posting.legs);
        }
        EntityBook by_book;
        for (const Book book : {Book::economic, Book::contract}) {
            for (const Posting& posting : run.postings) {
                if (posting.book == book) {
                    by_book.replay(book, posting.legs);
                }
            }
        }
        for (const EntityBook* other : {&replayed, &by_book}) {
            REQUIRE(other->balances() == run.book.balances());
            REQUIRE(other->broken_invariant() == "");
            const U256 open = run.book.total(Account::deficit_open).units();
            const auto order = [&open](const EntityBook& book) {
                std::vector<PartyId> debtors;
                for (const DebtorShare& share : book.oldest_deficits(Account::deficit_open, open)) {
                    debtors.push_back(share.debtor);
                }
                return debtors;
            };
            REQUIRE(order(*other) == order(run.book));
        }
    }
}

TEST_CASE("taking everything back, newest first, leaves nothing") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed + 3};
    for (int i = 0; i < kRuns; ++i) {
        CAPTURE(i);
        Run run = random_run(random);
        for (auto posting = run.postings.rbegin(); posting != run.postings.rend(); ++posting) {
            const Posting mirror = reversed(*posting);
            REQUIRE(fault_of(mirror) == ledger::EntryFault::none);
            run.book.replay(mirror.book, mirror.legs);
        }
        REQUIRE(run.book.balances().empty());
        REQUIRE(run.book.broken_invariant() == "");
    }
}

TEST_CASE("taking the newest events back restores the books at every depth") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed + 4};
    for (int i = 0; i < kRuns; ++i) {
        CAPTURE(i);
        std::vector<Balances> states;
        std::vector<Postings> events;
        Run run = random_run(random, [&](const EntityBook& book, const Postings& posted) {
            states.push_back(book.balances());
            events.push_back(posted);
        });
        for (std::size_t depth = 1; depth < 8; ++depth) {
            const Postings& posted = events.at(events.size() - depth);
            for (auto posting = posted.rbegin(); posting != posted.rend(); ++posting) {
                const Posting mirror = reversed(*posting);
                run.book.replay(mirror.book, mirror.legs);
            }
            REQUIRE(run.book.balances() == states.at(states.size() - 1 - depth));
            REQUIRE(run.book.broken_invariant() == "");
        }
    }
}

TEST_CASE("what cannot be is refused and leaves the books as they were") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed + 5};
    for (int i = 0; i < kRuns; ++i) {
        CAPTURE(i);
        Run run = random_run(random);
        const Balances before = run.book.balances();
        for (const events::DomainEvent& event : test::impossible_events(run.book)) {
            CAPTURE(event.index());
            REQUIRE_THROWS_AS((void)run.book.apply(event), InvariantBroken);
        }
        REQUIRE(run.book.balances() == before);
        REQUIRE(run.book.broken_invariant() == "");
    }
}

}  // namespace redink::rules
