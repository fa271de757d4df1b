#pragma once

#include <vector>

#include "indexer/protocols/protocol.hpp"

namespace redink::protocols::aave_v3 {

/// What a reserve's tokens and the Pool have to answer: scaled and accrued supplies of the aToken
/// and the debt tokens, and, where the version has them, the deficit and the cash that the Pool
/// counts itself (IPool.getReserveDeficit, getVirtualUnderlyingBalance).
[[nodiscard]] std::vector<Expectation> checkpoint_of(const ReserveAt& reserve);

/// IPriceOracleGetter.getAssetPrice of an asset; the caller says at which block.
[[nodiscard]] Question price_question_of(const chain::Address& oracle, const chain::Address& asset);

}  // namespace redink::protocols::aave_v3
