#pragma once

#include <cstdint>
#include <vector>

#include "accounting/money/ids.hpp"
#include "accounting/valuation/policy.hpp"

namespace redink::valuation {

/// What a valuation was made from.
struct ValuationEvidence {
    Digest oracle_prices;  ///< of the protocol's own prices at the block
    Digest market_prices;  ///< of the independent price set; none where there was none
    Policy policy;
};

/// The bytes that are hashed to the evidence of an economic entry (ledger::Origin): the text
/// "redink.valuation.1", the two digests (32 bytes each), and the policy's canonical text; texts
/// have their length (8 bytes, big-endian) before them.
[[nodiscard]] std::vector<std::uint8_t> canonical_bytes(const ValuationEvidence& evidence);

}  // namespace redink::valuation
