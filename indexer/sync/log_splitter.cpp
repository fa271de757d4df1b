#include "indexer/sync/log_splitter.hpp"

#include <algorithm>

namespace redink::sync {
namespace {

// Refusals that nobody has described are taken for one about the size so often.
constexpr unsigned kUnknownTexts = 2;

LogRequest over(const LogRequest& request, chain::BlockRange range) {
    LogRequest part = request;
    part.filter.range = range;
    return part;
}

// Cuts into ranges of at most `blocks`. A long list is left to later refusals.
SplitDecision cut(const LogRequest& request, std::uint64_t blocks) {
    constexpr std::uint64_t kMostParts = 4'096;
    const chain::BlockRange whole = request.filter.range;
    SplitDecision decision{AfterRefusal::ask_parts, {}};
    chain::BlockNumber first = whole.first;
    for (std::uint64_t part = 1; first + (blocks - 1) < whole.last && part < kMostParts; ++part) {
        decision.parts.push_back(over(request, {first, first + (blocks - 1)}));
        first = first + blocks;
    }
    decision.parts.push_back(over(request, {first, whole.last}));
    return decision;
}

SplitDecision halve(const LogRequest& request) {
    return cut(request, request.filter.range.size() / 2);
}

template <class T>
std::pair<std::vector<T>, std::vector<T>> halves(const std::vector<T>& all) {
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    return {{all.begin(), middle}, {middle, all.end()}};
}

// Fewer addresses, then fewer topics.
SplitDecision narrow(const LogRequest& request) {
    SplitDecision decision{AfterRefusal::ask_parts, {request, request}};
    if (request.filter.addresses.size() > 1) {
        auto [first, second] = halves(request.filter.addresses);
        decision.parts[0].filter.addresses = std::move(first);
        decision.parts[1].filter.addresses = std::move(second);
        return decision;
    }
    const auto& topics = request.filter.topics;
    if (!topics.empty() && topics.front().size() > 1) {
        auto [first, second] = halves(topics.front());
        decision.parts[0].filter.topics = {std::move(first)};
        decision.parts[1].filter.topics = {std::move(second)};
        return decision;
    }
    return {AfterRefusal::give_up, {}};
}

// One block brings too much: its receipts have no such limit.
SplitDecision shrink_block(const LogRequest& request) {
    SplitDecision decision = narrow(request);
    if (decision.step == AfterRefusal::give_up) {
        decision.step = AfterRefusal::ask_receipts;
    }
    return decision;
}

SplitDecision shrink(const LogRequest& request, const rpc::RefusalReading& reading) {
    const chain::BlockRange range = request.filter.range;
    if (range.size() == 1) {
        return shrink_block(request);
    }
    if (const auto suggested = usable_suggestion(reading, range)) {
        return {AfterRefusal::ask_parts,
                {over(request, *suggested), over(request, {suggested->last + 1, range.last})}};
    }
    return halve(request);
}

// Answers that were too large or too slow say the same without words.
bool is_about_size(const rpc::PoolError& error) {
    constexpr unsigned kPayloadTooLarge = 413;
    return error.is(rpc::RpcErrc::too_large) || error.is(rpc::RpcErrc::deadline) ||
           error.http_status == kPayloadTooLarge;
}

}  // namespace

SplitDecision after_refusal(const LogRequest& request, const rpc::PoolError& error) {
    const chain::BlockRange range = request.filter.range;
    if (!error.refusal) {
        return is_about_size(error) ? shrink(request, {}) : SplitDecision{};
    }
    const rpc::RefusalReading& reading = error.refusal_reading;
    switch (reading.kind) {
        case rpc::RefusalClass::range_too_wide: {
            const bool has_cap = reading.limit && *reading.limit > 0 &&
                                 reading.unit == rpc::RefusalUnit::blocks &&
                                 *reading.limit < range.size();
            return has_cap && !usable_suggestion(reading, range) ? cut(request, *reading.limit)
                                                                 : shrink(request, reading);
        }
        case rpc::RefusalClass::too_many_results:
            return shrink(request, reading);
        case rpc::RefusalClass::too_many_filters: {
            SplitDecision decision = narrow(request);
            return decision.step == AfterRefusal::give_up ? shrink(request, {}) : decision;
        }
        case rpc::RefusalClass::unknown: {
            if (request.unknown_texts >= kUnknownTexts) {
                return {};
            }
            LogRequest once_more = request;
            ++once_more.unknown_texts;
            return shrink(once_more, {});
        }
        case rpc::RefusalClass::head_not_reached:
        case rpc::RefusalClass::unfit:
        case rpc::RefusalClass::rate_limited:
        case rpc::RefusalClass::try_again:
        case rpc::RefusalClass::invalid_request:
            return {};
    }
    return {};
}

}  // namespace redink::sync
