#include "accounting/rules/post_event.hpp"

#include <concepts>

#include "accounting/money/invariant.hpp"
#include "accounting/rules/rules.hpp"

namespace redink::rules {
namespace {

using ledger::Account;

template <class Event>
concept NeedsNothing = requires(const Event& event) {
    post(event);
};

template <class Event>
concept NeedsDebtor = requires(const Event& event, const DebtorBalances& debtor) {
    post(event, debtor);
};

/// Finds what a rule needs by the event's type.
class Poster {
  public:
    explicit Poster(const EntityBook& book) : book_{book} {
    }

    template <NeedsNothing Event>
    Postings operator()(const Event& event) const {
        return post(event);
    }

    template <NeedsDebtor Event>
    Postings operator()(const Event& event) const {
        return post(event, book_.debtor(event.account));
    }

    Postings operator()(const events::DeficitCovered& event) const {
        const auto shares = book_.oldest_deficits(Account::deficit_open, event.amount);
        switch (event.layer) {
            case events::Layer::reserve:
                return post_reserve_used(shares);
            case events::Layer::treasury:
                return post_treasury_paid(event, shares);
            case events::Layer::insurance:
                return post_insurance_paid(event, shares);
            case events::Layer::recap:
                return post_recap_paid(event, shares);
            case events::Layer::lenders:
                return post_socialised(shares);
        }
        throw InvariantBroken{"unknown layer"};
    }

    Postings operator()(const events::InsuranceSlashed& event) const {
        return post(event, book_.oldest_deficits(Account::deficit_open, event.amount));
    }

    Postings operator()(const events::SlashedBurned& event) const {
        return post(event, book_.oldest_deficits(Account::deficit_slashed, event.amount));
    }

    Postings operator()(const events::AuctionOpened& event) const {
        return post(event, book_.oldest_deficits(Account::deficit_open, event.amount));
    }

    Postings operator()(const events::AuctionPaid& event) const {
        return post(event, book_.oldest_deficits(Account::deficit_auction, event.amount));
    }

    Postings operator()(const events::LossSocialised& event) const {
        return post_socialised(book_.oldest_deficits(Account::deficit_open, event.amount));
    }

    Postings operator()(const events::CollateralSold& event) const {
        return post(event, book_.oldest_borne_by_reserve(event.proceeds));
    }

  private:
    const EntityBook& book_;
};

}  // namespace

Postings post_event(const EntityBook& book, const events::DomainEvent& event) {
    return std::visit(Poster{book}, event);
}

}  // namespace redink::rules
