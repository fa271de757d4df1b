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

/// The bytes that are hashed to the evidence of an economic entry (ledger::Origin): sized
/// "redink.valuation.v1", the two digests (32 bytes each), and the sized canonical text of the
/// policy; `sized` is a big-endian u32 length and then the text, as in the ledger.
[[nodiscard]] std::vector<std::uint8_t> canonical_bytes(const ValuationEvidence& evidence);

}  // namespace redink::valuation
