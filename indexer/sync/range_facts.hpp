#pragma once

#include "indexer/store/facts.hpp"
#include "indexer/sync/range_fetcher.hpp"

namespace redink::sync {

/// What is kept of a proved range: all its headers and logs. Its sources are left to the caller.
[[nodiscard]] store::RangeFacts to_facts(const ProvedRange& range,
                                         ProofLevel level,
                                         std::int32_t endpoint);

}  // namespace redink::sync
