#include "accounting/ledger/entry.hpp"

#include <algorithm>

namespace redink::ledger {
namespace {

/// A sum of units that may pass 2^256: checking an entry must not throw on hostile figures.
struct WideSum {
    U256 low;
    std::uint64_t carries = 0;

    void add(const U256& units) {
        const U256 room{max_u256() - low};
        if (units > room) {
            low = U256{units - room - 1U};
            ++carries;
        } else {
            low += units;
        }
    }

    friend bool operator==(const WideSum&, const WideSum&) = default;
};

bool is_balanced(const std::vector<Leg>& legs) {
    WideSum debits;
    WideSum credits;
    for (const Leg& leg : legs) {
        (leg.side == Side::debit ? debits : credits).add(leg.units);
    }
    return debits == credits;
}

bool is_of_book(const Leg& leg, Book book) {
    const auto known = find_account(static_cast<std::uint16_t>(leg.account));
    return known && info(*known).book == book;
}

}  // namespace

EntryFault check(const Entry& entry) {
    if (entry.legs.size() < 2) {
        return EntryFault::no_legs;
    }
    if (std::any_of(entry.legs.begin(), entry.legs.end(), [](const Leg& leg) {
            return leg.units.is_zero();
        })) {
        return EntryFault::zero_leg;
    }
    if (!std::all_of(entry.legs.begin(), entry.legs.end(), [&entry](const Leg& leg) {
            return is_of_book(leg, entry.book);
        })) {
        return EntryFault::foreign_account;
    }
    return is_balanced(entry.legs) ? EntryFault::none : EntryFault::unbalanced;
}

Entry mirror_of(const Entry& entry, const Digest& identity) {
    Entry mirror = entry;
    for (Leg& leg : mirror.legs) {
        leg.side = leg.side == Side::debit ? Side::credit : Side::debit;
    }
    mirror.rule = Rule::reversal;
    mirror.narrative = "reverses: " + entry.narrative;
    mirror.reverses = identity;
    return mirror;
}

}  // namespace redink::ledger
