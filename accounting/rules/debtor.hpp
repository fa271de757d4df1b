#pragma once

#include <span>
#include <vector>

#include "accounting/events/domain_event.hpp"
#include "accounting/rules/posting.hpp"

namespace redink::rules {

/// What the books hold for one debtor before an event.
struct DebtorBalances {
    U256 allowance{};
    U256 written_off{};
    U256 deficit_open{};
    U256 deficit_elsewhere{};  ///< deficit.slashed and deficit.auction

    /// deficit.* together.
    [[nodiscard]] U256 deficit() const;

    /// Allowance and written_off beyond what the deficit needs: what is held against loans.
    [[nodiscard]] U256 held_against_loans() const;
};

/// The part of an amount that falls on one debtor.
struct DebtorShare {
    PartyId debtor;
    U256 units;
    U256 written_off;  ///< for this debtor, before the event
};

using Shares = std::span<const DebtorShare>;

/// Sum of the shares.
[[nodiscard]] U256 total_units(Shares shares);

/// Debits what is held against a debt by `share.units` in favour of `account`: written_off as far
/// as the debt was written off, and its memo with it, then allowance (rule 16, last sentence).
void use_up(Posting& posting, const DebtorShare& share, ledger::Account account);

/// Posting of the economic book in which every share is used up in favour of `account`.
[[nodiscard]] Posting used_up(Posting posting, Shares shares, ledger::Account account);

/// The account that says who bore a loss.
[[nodiscard]] ledger::Account borne_by(events::Layer layer);

/// The account that says where money came from.
[[nodiscard]] ledger::Account recovered_from(events::Source source);

}  // namespace redink::rules
