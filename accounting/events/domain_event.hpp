#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "accounting/money/ids.hpp"
#include "accounting/money/signed_units.hpp"
#include "accounting/money/u256.hpp"

/// What happens in a lending market, in words that every protocol shares. Amounts are units of the
/// entity's own asset.
namespace redink::events {

/// Who pays for bad debt.
enum class Layer : std::uint8_t {
    reserve = 0,
    treasury = 1,
    insurance = 2,
    recap = 3,
    lenders = 4
};

/// Who brings money back on a debt that was impaired.
enum class Source : std::uint8_t { borrower = 0, collateral = 1, third_party = 2 };

struct Supplied {
    PartyId account;
    U256 amount;
};

struct Withdrawn {
    PartyId account;
    U256 amount;
};

struct Borrowed {
    PartyId account;
    U256 amount;
};

/// Cash comes in for a loan.
struct Repaid {
    PartyId account;
    U256 amount;
};

/// A loan is paid with the payer's own claim: no cash moves (Aave repayWithATokens).
struct RepaidWithClaims {
    PartyId account;
    U256 amount;
};

/// Everything that changed claims without a flow, since the last accrual: interest on loans, fees
/// in cash, and what rounding added or took. What the claims do not get stays in capital.slack.
struct InterestAccrued {
    SignedUnits loans;
    SignedUnits cash;  ///< fees, e.g. of flash loans
    SignedUnits lenders;
    SignedUnits treasury;
    SignedUnits reserve;
};

/// The treasury's accrued share becomes an ordinary claim.
struct TreasuryMinted {
    U256 amount;
};

/// Capital is paid in or taken out of the reserve (Compound: reserves added or reduced).
struct ReservePaid {
    SignedUnits amount;
};

/// A liquidator repays debt of `account`.
struct Liquidated {
    PartyId account;
    U256 amount;
};

/// Collateral that was a claim on this entity leaves it for the liquidator.
struct CollateralPaidOut {
    PartyId account;
    U256 amount;
};

/// The protocol recognises debt of `account` that nobody will repay.
struct DeficitCreated {
    PartyId account;
    U256 amount;
};

/// Open deficit is paid by a layer. With claims: the payer's claim is burned; with cash: cash came.
struct DeficitCovered {
    PartyId payer;
    Layer layer = Layer::treasury;
    U256 amount;
    bool with_claims = true;
};

/// Stake was slashed for open deficit; the funds wait at the collector.
struct InsuranceSlashed {
    PartyId stake;
    U256 amount;
};

/// Slashed funds are burned as cover.
struct SlashedBurned {
    U256 amount;
};

/// Open deficit is put up for auction.
struct AuctionOpened {
    U256 amount;
};

/// What an auction brought in.
struct AuctionPaid {
    U256 amount;
};

/// Lenders bear it: their share price drops.
struct LossSocialised {
    U256 amount;
};

/// Money comes back while the debt is open.
struct RecoveredOpen {
    PartyId account;
    Source source = Source::borrower;
    U256 amount;
};

/// Money comes back after `keeper` bore the loss; who keeps it gets the claim.
struct RecoveredLate {
    PartyId account;
    Source source = Source::third_party;
    Layer keeper = Layer::lenders;
    U256 amount;
};

/// The protocol burns a debt and nobody pays in.
struct DebtForgiven {
    PartyId account;
    U256 amount;
};

/// No reasonable expectation of recovery is left; the protocol itself says nothing.
struct DebtWrittenOff {
    PartyId account;
    U256 amount;
};

/// The pool takes collateral over from `account` (Comet: absorb). Amount in the collateral's units.
struct CollateralTaken {
    PartyId account;
    U256 amount;
};

/// The reserve pays a borrower's whole debt in exchange for collateral (Comet: AbsorbDebt).
struct DebtAbsorbed {
    PartyId account;
    U256 amount;
};

/// Collateral that the pool took is sold. On the collateral's entity: the amount that left; on the
/// base asset's: `proceeds`.
struct CollateralSold {
    U256 amount;
    U256 proceeds;
};

/// What a debt is worth at the end of a block: the allowance that it needs, and the interest that
/// came on it since its last valuation.
struct DebtValued {
    PartyId account;
    U256 gross;         ///< the debt now
    U256 shortfall;     ///< of it, what collateral will not bring in
    U256 interest;      ///< accrued since the last valuation
    U256 gross_before;  ///< the debt at the last valuation; zero when it was not impaired then
};

using DomainEvent = std::variant<Supplied,
                                 Withdrawn,
                                 Borrowed,
                                 Repaid,
                                 RepaidWithClaims,
                                 InterestAccrued,
                                 TreasuryMinted,
                                 ReservePaid,
                                 Liquidated,
                                 CollateralPaidOut,
                                 DeficitCreated,
                                 DeficitCovered,
                                 InsuranceSlashed,
                                 SlashedBurned,
                                 AuctionOpened,
                                 AuctionPaid,
                                 LossSocialised,
                                 RecoveredOpen,
                                 RecoveredLate,
                                 DebtForgiven,
                                 DebtWrittenOff,
                                 CollateralTaken,
                                 DebtAbsorbed,
                                 CollateralSold,
                                 DebtValued>;

}  // namespace redink::events
