#pragma once

#include "accounting/events/domain_event.hpp"
#include "accounting/rules/debtor.hpp"
#include "accounting/rules/posting.hpp"

/// The posting rules: an event, and the few balances it needs, give postings. Pure functions, one
/// file a rule. Units are of the entity's asset and exact; only rule 3 divides.
namespace redink::rules {

/// Rule 1. Supply brings cash in and gives the lender a claim.
[[nodiscard]] Postings post(const events::Supplied& event);

/// Rule 1. A withdrawal pays a claim out.
[[nodiscard]] Postings post(const events::Withdrawn& event);

/// Rule 1. Capital is paid into the reserve or taken out of it; nobody bears a loss.
[[nodiscard]] Postings post(const events::ReservePaid& event);

/// Rule 2. A loan takes cash out.
[[nodiscard]] Postings post(const events::Borrowed& event);

/// Rule 2. Cash comes in for a loan. On a debt that was written off, it is a recovery (rule 13).
[[nodiscard]] Postings post(const events::Repaid& event, const DebtorBalances& debtor);

/// Rule 2. A loan is paid with a claim: both fall, no cash moves. Recovery as for cash.
[[nodiscard]] Postings post(const events::RepaidWithClaims& event, const DebtorBalances& debtor);

/// Rule 3. Interest and fees go to lenders, treasury and reserve; the rest stays in capital.slack.
/// What rounding takes from an account is a posting of its own (rule 19).
[[nodiscard]] Postings post(const events::InterestAccrued& event);

/// Rule 3. The treasury's share becomes an ordinary claim.
[[nodiscard]] Postings post(const events::TreasuryMinted& event);

/// Rule 3, economic book. Interest I on an impaired debt is suspended by I*A/G, half up, and never
/// more than I. A is what is held against the loan (allowance and write-off: no interest is
/// recognised on either), G the gross debt at the last valuation; nothing when either is zero.
[[nodiscard]] U256 suspended_interest(const events::DebtValued& event,
                                      const DebtorBalances& debtor);

/// Rules 3 and 4. Suspends interest, then raises or releases the allowance until it is the debtor's
/// deficit and the shortfall, less what was written off; never below zero. InvariantBroken when the
/// shortfall exceeds the debt.
[[nodiscard]] Postings post(const events::DebtValued& event, const DebtorBalances& debtor);

/// Rule 4. From the allowance held to the one that is needed: loss.impairment / allowance, or the
/// reverse. `rule` is that of the happening.
[[nodiscard]] Posting allowance_changed(ledger::Rule rule,
                                        const PartyId& debtor,
                                        const SignedUnits& change);

/// Rule 4, the reverse. What is held against a loan beyond the loan is released, from the allowance
/// before the write-off.
[[nodiscard]] Posting released(const PartyId& party,
                               const DebtorBalances& debtor,
                               const U256& units);

/// Rule 5. A liquidator repays debt; the collateral moves between users and needs no leg.
[[nodiscard]] Postings post(const events::Liquidated& event, const DebtorBalances& debtor);

/// Rule 5. Collateral that was a claim on this entity is paid out to the liquidator.
[[nodiscard]] Postings post(const events::CollateralPaidOut& event);

/// Rule 6. A shortfall is recognised: the loan becomes a deficit, and the allowance of this debtor
/// is brought to exactly 100 % of its deficit (less what was written off).
[[nodiscard]] Postings post(const events::DeficitCreated& event, const DebtorBalances& debtor);

/// Rule 7. The reserve is used: capital.reserve closes the hole.
[[nodiscard]] Postings post_reserve_used(Shares shares);

/// Rule 8. The treasury or an offset layer pays, with claims that are burned or with cash.
[[nodiscard]] Postings post_treasury_paid(const events::DeficitCovered& event, Shares shares);

/// Rule 9. Stake was slashed: the deficit waits for the funds that are at the collector. The
/// underwriters' own accounts fall by the same units, with the stake as party.
[[nodiscard]] Postings post(const events::InsuranceSlashed& event, Shares shares);

/// Rule 10. Slashed funds are burned as cover.
[[nodiscard]] Postings post(const events::SlashedBurned& event, Shares shares);

/// Rule 10 in one step: an insurer pays open deficit without slashing first.
[[nodiscard]] Postings post_insurance_paid(const events::DeficitCovered& event, Shares shares);

/// Rule 11. Open deficit is put up for auction.
[[nodiscard]] Postings post(const events::AuctionOpened& event, Shares shares);

/// Rule 11. The auction's proceeds close the hole.
[[nodiscard]] Postings post(const events::AuctionPaid& event, Shares shares);

/// Rule 11 in one step: new capital pays open deficit without an auction on this entity.
[[nodiscard]] Postings post_recap_paid(const events::DeficitCovered& event, Shares shares);

/// Rule 12. Lenders give up claims; the hole in the assets closes by the same units. The allowance
/// held against that hole is used up and remembered as borne by lenders.
[[nodiscard]] Postings post_socialised(Shares shares);

/// Rule 13. Money comes back while the debt is open: on the deficit, beyond it on the loan.
[[nodiscard]] Postings post(const events::RecoveredOpen& event, const DebtorBalances& debtor);

/// Rule 13 on a loan that the protocol never recognised as a deficit. What was held against it is
/// taken back and the same loss is realised at once as recovered, so that I6 counts it; on balance
/// allowance or written_off / recovered. At most what is held against loans.
[[nodiscard]] Postings recovered_on_loan(const PartyId& party,
                                         const DebtorBalances& debtor,
                                         const U256& units,
                                         events::Source source);

/// Rule 14. Money comes back after someone bore the loss: whoever keeps it gets the claim.
[[nodiscard]] Postings post(const events::RecoveredLate& event);

/// Rule 15. The protocol burns a debt and nobody pays in: rule 6, then 16.
[[nodiscard]] Postings post(const events::DebtForgiven& event, const DebtorBalances& debtor);

/// Rule 16. The economic book gives a debt up: allowance / written_off, and what could still be
/// recovered goes to the memo. What the allowance lacks is impaired first.
[[nodiscard]] Postings post(const events::DebtWrittenOff& event, const DebtorBalances& debtor);

/// Rule 17. The pool takes collateral over, on the collateral asset's own ledger.
[[nodiscard]] Postings post(const events::CollateralTaken& event);

/// Rule 17. The reserve pays a borrower's whole debt: a loss of D, borne by the reserve. What was
/// held against the debt is released, as there is no debt left.
[[nodiscard]] Postings post(const events::DebtAbsorbed& event, const DebtorBalances& debtor);

/// Rule 17. Collateral is sold. `amount` leaves the inventory (collateral's entity), `proceeds` go
/// to the reserve (base entity); `shares` are the losses of the reserve that they recover, oldest
/// first, and may be less than the proceeds.
[[nodiscard]] Postings post(const events::CollateralSold& event, Shares shares);

/// Rule 18. The posting that takes `posting` back: sides swapped.
[[nodiscard]] Posting reversed(const Posting& posting);

}  // namespace redink::rules
