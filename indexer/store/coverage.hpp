#pragma once

#include <vector>

#include "indexer/store/facts.hpp"
#include "indexer/store/proof_stretches.hpp"

namespace pqxx {
class transaction_base;
}

namespace redink::store {

/// What covers `range` of a source, and what touches it; ascending.
[[nodiscard]] std::vector<ProofStretch> load_stretches(pqxx::transaction_base& txn,
                                                       std::int32_t source,
                                                       const chain::BlockRange& range);

/// Notes the range of `facts` for its sources, where they do not cover it yet. Needs lock_chain.
void fill_coverage(pqxx::transaction_base& txn, const RangeFacts& facts);

/// Gives the range of `facts` its level and endpoint, for its sources. Needs lock_chain.
void raise_coverage(pqxx::transaction_base& txn, const RangeFacts& facts);

}  // namespace redink::store
