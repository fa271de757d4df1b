#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "indexer/chain/types.hpp"
#include "indexer/rpc/errc.hpp"

namespace redink::rpc {

/// What a refusal is about, and with that what to do next.
enum class RefusalClass : std::uint8_t {
    range_too_wide,    ///< a cap in blocks: never ask this endpoint for more again
    too_many_results,  ///< too many logs or bytes: halve this range, the cap stays
    too_many_filters,  ///< too many addresses or topics: split the filter
    head_not_reached,  ///< the endpoint is behind: wait, or ask another; never an empty answer
    unfit,             ///< not for this need (plan, method, pruned state): ask another
    rate_limited,      ///< fewer requests: wait; do not split
    try_again,         ///< the endpoint is overloaded: the same once more, elsewhere if possible
    invalid_request,   ///< the request itself is wrong
    unknown,           ///< halve twice, then fail with the raw text
};

/// What a number in a refusal counts.
enum class RefusalUnit : std::uint8_t { none, blocks, results, bytes, filters };

/// A refusal as it was understood.
struct RefusalReading {
    RefusalClass kind = RefusalClass::unknown;
    RefusalUnit unit = RefusalUnit::none;

    /// The stated limit, in `unit`. For blocks: most blocks of a range, first and last included.
    std::optional<std::uint64_t> limit;

    /// The range that the endpoint says should work, lower end first. Not checked against the
    /// request: see usable_suggestion.
    std::optional<chain::BlockRange> suggested;

    /// Who is known to answer so; for logs and tests.
    std::string_view provider = "unknown";
};

/// Reads a refusal by the table of captured texts: `error.data` before the message, then the body
/// of the HTTP answer. Codes count only where no text is known and a specification gives them one
/// meaning (-32601, 429 and HTTP statuses). Pure.
[[nodiscard]] RefusalReading read_refusal(const CallError& error);

/// True when the contract refused, not the node: the call reverted or ran out of gas, and would do
/// so at every honest node.
[[nodiscard]] bool is_reverted(const Refusal& refusal);

/// The suggestion, when it can be followed: it starts where the request did and is smaller.
[[nodiscard]] std::optional<chain::BlockRange> usable_suggestion(const RefusalReading& reading,
                                                                 chain::BlockRange asked);

}  // namespace redink::rpc
