#pragma once

#include <cstdint>
#include <optional>

#include "accounting/money/u256.hpp"
#include "indexer/chain/types.hpp"
#include "indexer/rows/event.hpp"
#include "indexer/rows/position.hpp"

namespace redink::rows {

/// What a domain event says; the bookkeeper turns each into the event of accounting/events that
/// has its name. The numbers are stored.
enum class EventKind : std::uint8_t {
    supplied = 1,
    withdrawn = 2,
    borrowed = 3,
    repaid = 4,
    repaid_with_claims = 5,
    fee_received = 6,  ///< cash that claims share: flash loans, bridges
    treasury_minted = 7,
    reserve_added = 8,
    reserve_reduced = 9,
    liquidated = 10,
    collateral_paid_out = 11,
    deficit_created = 12,
    deficit_covered = 13,
    insurance_slashed = 14,
    slashed_burned = 15,
    auction_opened = 16,
    auction_paid = 17,
    loss_socialised = 18,
    recovered_open = 19,
    recovered_late = 20,
    debt_forgiven = 21,
    collateral_taken = 22,
    debt_absorbed = 23,
    collateral_sold = 24
};

/// Something that moved money or recognised a loss, in words that every protocol shares.
struct DomainEvent {
    LogRef log;
    std::uint8_t ordinal = 0;  ///< tells the events of one log apart
    EventKind kind = EventKind::supplied;
    ReserveId reserve = 0;
    chain::Address account;  ///< whose claim or debt; of a cover, who paid
    U256 amount;             ///< units of the reserve's asset
    U256 proceeds;           ///< of a sale: units of the base asset
};

/// The totals of a reserve as its contracts tell them, in units of its asset.
struct ReserveTotals {
    U256 loans;
    U256 lenders;   ///< claims of the suppliers
    U256 treasury;  ///< claims of the treasury that are not supplied yet
    U256 reserve;   ///< the protocol's own capital
    U256 deficit;
    std::optional<U256> cash;  ///< where the protocol counts it

    friend bool operator==(const ReserveTotals&, const ReserveTotals&) = default;
};

}  // namespace redink::rows
