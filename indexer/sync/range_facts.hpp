#pragma once

#include "indexer/store/facts.hpp"
#include "indexer/sync/range_fetcher.hpp"

namespace redink::sync {

/// What is kept of a proved range: all its headers and logs. Endpoint and sources are left to the
/// caller.
[[nodiscard]] store::RangeFacts to_facts(const ProvedRange& range);

/// What the planner learns of it.
[[nodiscard]] RangeYield yield_of(const ProvedRange& range);

}  // namespace redink::sync
