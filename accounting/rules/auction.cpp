#include "accounting/rules/deficit_legs.hpp"
#include "accounting/rules/rules.hpp"

namespace redink::rules {

using ledger::Account;
using ledger::Rule;

Postings post(const events::AuctionOpened& /*event*/, Shares shares) {
    return with_legs({deficit_moved(
        contract_posting(Rule::auction, "put up for auction"), shares, Account::deficit_auction)});
}

Postings post(const events::AuctionPaid& /*event*/, Shares shares) {
    return with_legs({deficit_paid(contract_posting(Rule::auction, "auction proceeds"),
                                   shares,
                                   Account::cash,
                                   Account::deficit_auction),
                      used_up(economic_posting(Rule::auction, "borne by new capital"),
                              shares,
                              Account::borne_recap)});
}

Postings post_recap_paid(const events::DeficitCovered& event, Shares shares) {
    return with_legs({deficit_paid(contract_posting(Rule::auction, "paid by new capital"),
                                   shares,
                                   paid_from(event),
                                   Account::deficit_open),
                      used_up(economic_posting(Rule::auction, "borne by new capital"),
                              shares,
                              Account::borne_recap)});
}

}  // namespace redink::rules
