#pragma once

#include "accounting/rules/debtor.hpp"

namespace redink::rules {

/// Adds to `posting`: `debit` by the sum of the shares, and `deficit` credited debtor by debtor.
[[nodiscard]] Posting deficit_paid(Posting posting,
                                   Shares shares,
                                   ledger::Account debit,
                                   ledger::Account deficit);

/// Adds to `posting`: every debtor's share moves from deficit.open to the account `to`.
[[nodiscard]] Posting deficit_moved(Posting posting, Shares shares, ledger::Account to);

/// The account that pays for cover: claims that are burned, or cash that came.
[[nodiscard]] ledger::Account paid_from(const events::DeficitCovered& event);

}  // namespace redink::rules
