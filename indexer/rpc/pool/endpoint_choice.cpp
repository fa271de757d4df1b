#include "indexer/rpc/pool/endpoint_choice.hpp"

#include <algorithm>
#include <tuple>

namespace redink::rpc {
namespace {

using Time = Clock::Time;

/// Endpoints of a better tier come first, whatever they cost.
enum class Tier : std::uint8_t { preferred, fit, narrow, behind, resting };

struct Ranked {
    Tier tier = Tier::fit;
    EndpointHealth::Duration cost{0};
    EndpointId endpoint = 0;

    friend bool operator<(const Ranked& a, const Ranked& b) {
        return std::tie(a.tier, a.cost, a.endpoint) < std::tie(b.tier, b.cost, b.endpoint);
    }
};

bool unwanted(EndpointId id, const Need& need) {
    return (need.only && *need.only != id) ||
           std::find(need.avoid.begin(), need.avoid.end(), id) != need.avoid.end();
}

std::optional<LeftAlone> leave(EndpointId id,
                               const EndpointHealth& health,
                               const Need& need,
                               Time now) {
    if (unwanted(id, need)) {
        return LeftAlone{id, Left::unwanted, "not wanted for this request"};
    }
    if (!health.usable(need.service, now)) {
        const std::string state = health.excluded(now) ? to_word(health.state(now)) : "";
        return LeftAlone{
            id, Left::excluded, state + (state.empty() ? "" : ": ") + health.reason(now)};
    }
    if (need.oldest && health.oldest() && *need.oldest < *health.oldest()) {
        return LeftAlone{id,
                         Left::no_history,
                         "its history begins at block " + std::to_string(health.oldest()->value())};
    }
    if (need.service == Service::state && need.oldest) {
        if (const std::string* why = health.no_state(*need.oldest, now)) {
            return LeftAlone{id, Left::no_history, *why};
        }
    }
    if (need.newest && health.reach(*need.newest, now) == Reach::no) {
        return LeftAlone{
            id, Left::no_head, "has not reached block " + std::to_string(need.newest->value())};
    }
    return std::nullopt;
}

Tier tier_of(EndpointId id, const EndpointHealth& health, const Need& need, Time now) {
    if (!health.breaker().allows(now)) {
        return Tier::resting;
    }
    if (need.newest && health.reach(*need.newest, now) == Reach::doubtful) {
        return Tier::behind;
    }
    if (health.log_range() && need.blocks > *health.log_range()) {
        return Tier::narrow;
    }
    const bool well = health.state(now) == EndpointState::well && !health.rate().paused(now);
    return well && need.prefer == id ? Tier::preferred : Tier::fit;
}

}  // namespace

Choice choose_endpoints(std::span<const Candidate> candidates, const Need& need, Time now) {
    Choice choice;
    std::vector<Ranked> ranked;
    for (EndpointId id = 0; id < candidates.size(); ++id) {
        const auto& [health, backlog] = candidates[id];
        if (auto left = leave(id, *health, need, now)) {
            choice.left.push_back(std::move(*left));
            continue;
        }
        ranked.push_back(
            {tier_of(id, *health, need, now), health->expected(need.service, backlog, now), id});
    }
    std::sort(ranked.begin(), ranked.end());
    for (const Ranked& each : ranked) {
        choice.order.push_back(each.endpoint);
    }
    return choice;
}

}  // namespace redink::rpc
