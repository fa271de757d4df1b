#pragma once

#include <functional>
#include <string>

#include "app/database.hpp"
#include "app/verify/reconcile.hpp"
#include "app/verify/verification.hpp"
#include "indexer/store/market_registry.hpp"

namespace redink::app {

/// How far a check is.
struct VerifyStatus {
    std::string what;  ///< "aave (hash chain)"
    std::uint64_t done = 0;
    std::uint64_t total = 0;
};

/// What to verify of a market.
struct VerifyRequest {
    std::optional<chain::BlockNumber> at;  ///< block to reconcile at; empty: the booked one
    const ChainConfig* chain = nullptr;    ///< whose endpoints to ask; null: none
    bool needs_node = false;               ///< a node that cannot be asked is an error
    ReconcileRequest::Keep keep = ReconcileRequest::Keep::nothing;
    std::function<void(const VerifyStatus&)> report;
};

/// Checks everything that can be checked of one market: proofs and links, derived rows against the
/// stored logs, both hash chains, invariants I1 to I10, entries computed again, and the node. Reads
/// only, unless drift is to be kept. Error when a node of another chain answers; database trouble
/// throws.
[[nodiscard]] Result<Verification> verify_market(const store::MarketRecord& market,
                                                 const Database& database,
                                                 const VerifyRequest& request);

}  // namespace redink::app
