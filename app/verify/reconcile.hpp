#pragma once

#include "app/config/config.hpp"
#include "app/verify/verification.hpp"
#include "indexer/protocols/protocol.hpp"
#include "indexer/store/connection.hpp"
#include "indexer/store/market_registry.hpp"

namespace redink::app {

/// What the node is asked, and what becomes of the answer.
struct ReconcileRequest {
    chain::BlockNumber block;

    /// Writes what differs as balance assertions and stops the market's books.
    enum class Keep : std::uint8_t { nothing, drift } keep = Keep::nothing;

    bool needs_node = false;  ///< a node that cannot be asked is an error
};

/// Compares what is stored of a market at the end of a block with what its contracts answer to
/// eth_call at that block (Protocol::checkpoint). A node that cannot be reached or does not know
/// the block's state is a remark. Error when a node of another chain answers, and
/// for any trouble with a node that is needed.
[[nodiscard]] Result<void> reconcile(const store::MarketRecord& market,
                                     const protocols::Protocol& protocol,
                                     const ChainConfig& chain,
                                     store::Connection& connection,
                                     const ReconcileRequest& request,
                                     Verification& into);

}  // namespace redink::app
