#pragma once

#include <span>
#include <string>
#include <vector>

#include "indexer/rpc/pool/endpoint_health.hpp"

namespace redink::rpc {

/// An endpoint as the choice sees it.
struct Candidate {
    const EndpointHealth* health = nullptr;
    Backlog backlog;
};

/// Why an endpoint is left alone.
enum class Left : std::uint8_t {
    excluded,    ///< for a long time: wrong chain, a lie, unfit
    no_history,  ///< its history begins later
    no_head,     ///< it has not reached the request yet
    unwanted,    ///< the request avoids it
};

struct LeftAlone {
    EndpointId endpoint = 0;
    Left why = Left::unwanted;
    std::string text;
};

/// Who may be asked, best first, and who may not.
struct Choice {
    std::vector<EndpointId> order;
    std::vector<LeftAlone> left;
};

/// Orders endpoints for a request: first those that are fit for it, by the time in which an answer
/// is expected, the preferred one before them; then those whose log range is narrower; then those
/// whose head was behind a while ago; last those that rest, since a bad endpoint is better than
/// none. Pure.
[[nodiscard]] Choice choose_endpoints(std::span<const Candidate> candidates,
                                      const Need& need,
                                      Clock::Time now);

}  // namespace redink::rpc
