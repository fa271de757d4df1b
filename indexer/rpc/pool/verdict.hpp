#pragma once

#include <optional>
#include <vector>

#include "indexer/rpc/envelope.hpp"
#include "indexer/rpc/pool/need.hpp"
#include "indexer/rpc/pool/refusals.hpp"

namespace redink::rpc {

/// What an outcome means for the endpoint and for the request.
enum class Verdict : std::uint8_t {
    good,           ///< answers, refusals by contracts included
    about_request,  ///< goes back to the caller: every endpoint may say the same
    fault,          ///< the endpoint or the way to it failed: another one
    rate_limited,   ///< another one, and this one slower
    unfit,          ///< another one, and this one no more for this service
    behind,  ///< another one: this one has not got the block; answers, if any, hold the nulls
    batch_refused,  ///< the same again in smaller batches
    no_blame,       ///< another one: our own connections are busy
    cancelled,
};

/// A verdict with what it rests on.
struct Judgement {
    Verdict verdict = Verdict::good;
    CallError error;         ///< unless good
    RefusalReading reading;  ///< of `error`
};

/// Judges an error of a whole request. Pure.
[[nodiscard]] Judgement judge(const CallError& error);

/// Judges answers by the first one that is neither a result nor a contract's refusal. Pure.
[[nodiscard]] Judgement judge(const Answers& answers);

/// What answers tell about the endpoint's blocks.
struct SeenBlocks {
    std::optional<chain::BlockNumber> head;   ///< its answer to eth_blockNumber
    std::optional<chain::BlockNumber> has;    ///< highest block that it gave
    std::optional<chain::BlockNumber> lacks;  ///< lowest block, not above `newest`, that was null
};

/// Looks through the answers to eth_blockNumber, eth_getBlockByNumber and eth_getBlockReceipts.
/// Pure.
[[nodiscard]] SeenBlocks find_blocks(const std::vector<Call>& calls,
                                     const Answers& answers,
                                     std::optional<chain::BlockNumber> newest);

}  // namespace redink::rpc
