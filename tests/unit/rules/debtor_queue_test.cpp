#include "accounting/rules/debtor_queue.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/rules/posting_legs.hpp"

namespace redink::rules {
namespace {

std::vector<PartyId> order(const DebtorQueue& queue) {
    std::vector<PartyId> debtors;
    for (const auto& [place, debtor] : queue.in_order()) {
        debtors.push_back(debtor);
    }
    return debtors;
}

}  // namespace

TEST_CASE("debtors stand in the order in which they joined, not of their addresses") {
    DebtorQueue queue;
    queue.join(party(9));
    queue.join(party(1));
    queue.join(party(9));
    CHECK(order(queue) == std::vector{party(9), party(1)});
    queue.leave(party(9));
    queue.join(party(9));
    CHECK(order(queue) == std::vector{party(1), party(9)});
}

TEST_CASE("who left by something that was taken back gets his place again") {
    DebtorQueue queue;
    queue.join(party(9));
    queue.join(party(1));
    queue.leave(party(9));
    queue.leave(party(7));
    queue.rejoin(party(9));
    CHECK(order(queue) == std::vector{party(9), party(1)});
    queue.rejoin(party(9));
    queue.rejoin(party(5));
    CHECK(order(queue) == std::vector{party(9), party(1), party(5)});
}

}  // namespace redink::rules
