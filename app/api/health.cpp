#include "app/api/health.hpp"

#include <nlohmann/json.hpp>

namespace redink::app {
namespace {

using nlohmann::json;

std::uint64_t behind(const ChainHealth& chain, const MarketHealth& market) {
    if (!chain.head) {
        return 0;
    }
    const std::uint64_t head = chain.head->value();
    const std::uint64_t indexed = market.indexed ? market.indexed->number.value() : 0;
    return head > indexed ? head - indexed : 0;
}

std::string problem_of(const ChainHealth& chain, const MarketHealth& market) {
    if (market.has_stopped) {
        return "stopped: " + market.trouble;
    }
    if (market.is_stalled) {
        return market.stage + (market.trouble.empty() ? "" : ": " + market.trouble);
    }
    if (!market.indexed) {
        return "nothing is indexed yet";
    }
    const std::uint64_t blocks = behind(chain, market);
    return blocks > kReadyWithin ? std::to_string(blocks) + " blocks behind the head"
                                 : std::string{};
}

std::string problem_of(const ChainHealth& chain) {
    if (chain.has_stopped) {
        return "stopped: " + chain.trouble;
    }
    if (!chain.trouble.empty()) {
        return chain.trouble;
    }
    return chain.head ? "" : "no head yet";
}

json to_json(const ChainHealth& chain, const MarketHealth& market) {
    json out{{"market", market.name}, {"stage", market.stage}, {"problem", nullptr}};
    out["indexed_block"] = market.indexed ? json(market.indexed->number.value()) : json();
    out["indexed_hash"] = market.indexed ? json(market.indexed->hash.hex()) : json();
    out["blocks_behind"] = market.indexed ? json(behind(chain, market)) : json();
    const std::string problem = problem_of(chain, market);
    if (!problem.empty()) {
        out["problem"] = problem;
    }
    out["booked_block"] = market.booked ? json(market.booked->number.value()) : json();
    if (!market.books_halt.empty()) {
        out["books_halt"] = market.books_halt;
    }
    if (!market.trouble.empty()) {
        out["last_failure"] = market.trouble;
    }
    return out;
}

json to_json(const rpc::EndpointStatus& endpoint) {
    json out{{"endpoint", endpoint.name}, {"state", endpoint.state}};
    out["head"] = endpoint.head ? json(endpoint.head->value()) : json();
    if (!endpoint.reason.empty()) {
        out["reason"] = endpoint.reason;
    }
    return out;
}

}  // namespace

Readiness judge_readiness(const std::vector<ChainHealth>& chains) {
    Readiness readiness;
    json all = json::array();
    for (const ChainHealth& chain : chains) {
        const std::string problem = problem_of(chain);
        readiness.is_ready = readiness.is_ready && problem.empty();
        json one{{"chain", chain.name}, {"id", chain.id}, {"heads", chain.heads}};
        one["problem"] = problem.empty() ? json() : json(problem);
        one["head"] = chain.head ? json(chain.head->value()) : json();
        one["finalized"] = chain.finalized ? json(chain.finalized->number.value()) : json();
        one["markets"] = json::array();
        one["endpoints"] = json::array();
        for (const MarketHealth& market : chain.markets) {
            readiness.is_ready = readiness.is_ready && problem_of(chain, market).empty();
            one["markets"].push_back(to_json(chain, market));
        }
        for (const rpc::EndpointStatus& endpoint : chain.endpoints) {
            one["endpoints"].push_back(to_json(endpoint));
        }
        all.push_back(std::move(one));
    }
    const json body{{"ready", readiness.is_ready}, {"chains", std::move(all)}};
    constexpr int kIndent = 2;
    readiness.json = body.dump(kIndent, ' ', false, json::error_handler_t::replace) + "\n";
    return readiness;
}

}  // namespace redink::app
