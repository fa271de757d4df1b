#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "accounting/ledger/entry.hpp"
#include "indexer/store/market_registry.hpp"

namespace redink::store {

class Connection;

/// The first thing in a ledger that is not what follows from the rest.
struct LedgerFault {
    std::uint64_t position = 0;
    Digest entry_id;   ///< as stored; none where the entry is missing
    std::string what;  ///< "hash", "payload", …, in one or a few words
    std::string stored;
    std::string computed;
};

/// What verify_chain found.
struct LedgerCheck {
    std::uint64_t entries = 0;    ///< recomputed, up to the fault
    std::uint64_t snapshots = 0;  ///< recomputed and equal
    Digest head;                  ///< hash of the chain as recomputed
    std::optional<LedgerFault> fault;
};

/// Recomputes a ledger from its first hash: positions, identities, payloads, the hash chain, the
/// rules for legs, balances, snapshots, and the head that the cursor remembers. Stops at the first
/// entry that is not right. `progress` is told the position now and then. Database trouble throws.
[[nodiscard]] LedgerCheck verify_chain(
    Connection& connection,
    const MarketRecord& market,
    ledger::Book book,
    const std::function<void(std::uint64_t position)>& progress = {});

/// One line that says of which ledger, where, and what was stored and computed.
[[nodiscard]] std::string text_of(const LedgerFault& fault,
                                  const MarketRecord& market,
                                  ledger::Book book);

}  // namespace redink::store
