#pragma once

#include <cstdint>
#include <optional>

#include "indexer/sync/node_reader.hpp"

namespace redink::sync {

/// The newest block that counts as final: the endpoints' own `finalized` tag, or, with a depth, the
/// block that many below `head`. An error that says what to configure when no endpoint knows the
/// tag.
[[nodiscard]] Task<Result<chain::Header>> fetch_finalized(NodeReader& reader,
                                                          std::optional<std::uint64_t> depth,
                                                          chain::BlockNumber head);

}  // namespace redink::sync
