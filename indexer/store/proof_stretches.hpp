#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/chain/types.hpp"

namespace redink::store {

/// Blocks of a source that are proved to one level, by what one endpoint told.
struct ProofStretch {
    chain::BlockRange range;
    std::string proof;
    std::int32_t endpoint = 0;

    friend bool operator==(const ProofStretch&, const ProofStretch&) = default;
};

/// The place of a level among headers, bloom, second-source and receipts, weakest first, from 1.
/// Throws InvariantBroken for another name.
[[nodiscard]] int proof_strength(std::string_view proof);

/// Stretches of one source, ascending and disjoint, with `added` where nothing is covered yet.
/// Neighbours of the same level and endpoint are one stretch.
[[nodiscard]] std::vector<ProofStretch> fill(const std::vector<ProofStretch>& stretches,
                                             const ProofStretch& added);

/// The same with `raised` in place of whatever covers its blocks.
[[nodiscard]] std::vector<ProofStretch> replace(const std::vector<ProofStretch>& stretches,
                                                const ProofStretch& raised);

/// True when the stretches, ascending, leave no block of `range` out.
[[nodiscard]] bool covers(const std::vector<ProofStretch>& stretches,
                          const chain::BlockRange& range);

}  // namespace redink::store
