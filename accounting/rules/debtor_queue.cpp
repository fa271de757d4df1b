#include "accounting/rules/debtor_queue.hpp"

namespace redink::rules {

void DebtorQueue::join(const PartyId& debtor) {
    const auto place = places_.find(debtor);
    if (place != places_.end() && present_.contains(place->second)) {
        return;
    }
    places_.insert_or_assign(debtor, next_);
    present_.emplace(next_, debtor);
    ++next_;
}

void DebtorQueue::rejoin(const PartyId& debtor) {
    const auto place = places_.find(debtor);
    if (place == places_.end()) {
        join(debtor);
    } else {
        present_.emplace(place->second, debtor);
    }
}

void DebtorQueue::leave(const PartyId& debtor) {
    const auto place = places_.find(debtor);
    if (place != places_.end()) {
        present_.erase(place->second);
    }
}

}  // namespace redink::rules
