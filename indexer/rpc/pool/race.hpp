#pragma once

#include "indexer/rpc/pool/endpoint.hpp"
#include "indexer/rpc/pool/hedge.hpp"

namespace redink::rpc {

/// Who is asked, in which order.
struct Runners {
    Endpoint& first;
    Endpoint* second = nullptr;  ///< asked as well when `first` takes long; may be missing
};

/// Asks the first endpoint, and the second as well once the first takes longer than it mostly does
/// and `hedge` allows it. The first good answer counts; the loser is cancelled, and has ended,
/// before this returns. Gives the attempt that settles the request alone, else every failed one;
/// at least one. All references outlive this.
[[nodiscard]] Task<std::vector<Attempt>> race(Runners runners,
                                              Hedge& hedge,
                                              const std::vector<Call>& calls,
                                              const Need& need);

}  // namespace redink::rpc
