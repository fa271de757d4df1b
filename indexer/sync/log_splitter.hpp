#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "indexer/rpc/methods.hpp"
#include "indexer/rpc/pool/endpoint_pool.hpp"

namespace redink::sync {

/// What to do after an eth_getLogs was refused or did not come back.
enum class AfterRefusal : std::uint8_t {
    ask_parts,     ///< ask these smaller requests instead, in order; together they are the request
    ask_receipts,  ///< one block that cannot be made smaller: read its receipts
    give_up        ///< nothing smaller helps
};

/// One request for logs, which may be part of another.
struct LogRequest {
    rpc::LogFilter filter;       ///< of one topic position
    unsigned unknown_texts = 0;  ///< refusals without a known meaning on the way here
};

/// The decision, and the requests that replace the refused one.
struct SplitDecision {
    AfterRefusal step = AfterRefusal::give_up;
    std::vector<LogRequest> parts;
};

/// Decides what follows a refusal (what it was read as is in the error). Ranges are cut to the
/// stated cap, to a suggestion that is smaller and starts where the request did, or in halves;
/// a single block loses addresses, then topics, before its receipts are read. A text without a
/// known meaning is answered by halving twice, then given up. Every part is smaller than the
/// request, so that it ends. Pure.
[[nodiscard]] SplitDecision after_refusal(const LogRequest& request, const rpc::PoolError& error);

}  // namespace redink::sync
