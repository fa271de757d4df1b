#include "indexer/rpc/pool/pool_request.hpp"

#include <algorithm>

namespace redink::rpc {
namespace {

using std::chrono::milliseconds;

/// Pauses between rounds are for the network and the endpoints; any passing failure will do.
const CallError& passing() {
    static const CallError error = fail(RpcErrc::busy, "");
    return error;
}

bool is_wrong_chain(const Endpoint& endpoint, Clock::Time now) {
    return endpoint.health().state(now) == EndpointState::wrong_chain;
}

}  // namespace

std::vector<Candidate> to_candidates(const Endpoints& endpoints) {
    std::vector<Candidate> candidates;
    candidates.reserve(endpoints.size());
    for (const auto& endpoint : endpoints) {
        candidates.push_back(endpoint->candidate());
    }
    return candidates;
}

// Patience counts from the last sign of life: a request that waits for room behind others that are
// answered is not stuck.
Clock::Time PoolRequest::stuck_since(Clock::Time started) const {
    for (const auto& endpoint : parts_.endpoints) {
        started = std::max(started, endpoint->health().last_answer());
    }
    return started;
}

PoolRequest::PoolRequest(PoolParts parts, Retry retry, std::vector<Call> calls, Need need)
    : parts_{parts},
      retry_{std::move(retry)},
      calls_{std::move(calls)},
      need_{std::move(need)},
      errors_(parts.endpoints.size()) {
}

Choice PoolRequest::choose(const Need& need) const {
    return choose_endpoints(to_candidates(parts_.endpoints), need, parts_.clock.now());
}

bool PoolRequest::hopeless() const {
    const Choice choice = choose(need_);
    const auto passes = [](const LeftAlone& left) { return left.why == Left::no_head; };
    return choice.order.empty() && std::none_of(choice.left.begin(), choice.left.end(), passes);
}

Task<PoolResult<PoolAnswers>> PoolRequest::run() {
    const Clock::Time started = parts_.clock.now();
    for (;;) {
        auto settled = co_await round();
        if (settled) {
            co_return finish(std::move(*settled));
        }
        const auto elapsed =
            std::chrono::duration_cast<milliseconds>(parts_.clock.now() - stuck_since(started));
        const auto delay = retry_.next(passing(), elapsed);
        if (!delay || hopeless()) {
            co_return give_up();
        }
        const bool waited = co_await parts_.clock.wait(*delay);
        if (!waited) {
            PoolError error;
            static_cast<CallError&>(error) = fail(RpcErrc::cancelled, "cancelled");
            co_return error;
        }
    }
}

Task<std::optional<Attempt>> PoolRequest::round() {
    Need need = need_;
    bool all_without_block = true;
    for (Choice choice = choose(need); !choice.order.empty(); choice = choose(need)) {
        Runners runners{*parts_.endpoints[choice.order[0]]};
        if (choice.order.size() > 1) {
            runners.second = parts_.endpoints[choice.order[1]].get();
        }
        auto attempts = co_await race(runners, parts_.hedge, calls_, need);
        for (Attempt& attempt : attempts) {
            if (attempt.settles() || attempt.judgement.verdict == Verdict::cancelled) {
                co_return std::move(attempt);
            }
            const bool without_block = !attempt.answers.empty();
            all_without_block = all_without_block && without_block;
            need.avoid.push_back(attempt.endpoint);
            keep(std::move(attempt));
        }
    }
    if (without_block_ && all_without_block) {
        co_return std::move(without_block_);
    }
    co_return std::nullopt;
}

void PoolRequest::keep(Attempt attempt) {
    last_ = attempt.endpoint;
    last_reading_ = attempt.judgement.reading;
    errors_[attempt.endpoint] = attempt.judgement.error;
    if (!attempt.answers.empty()) {
        without_block_ = std::move(attempt);
    }
}

PoolResult<PoolAnswers> PoolRequest::finish(Attempt attempt) const {
    const Judgement& judgement = attempt.judgement;
    if (judgement.verdict == Verdict::good || judgement.verdict == Verdict::behind) {
        return PoolAnswers{std::move(attempt.answers), attempt.endpoint};
    }
    PoolError error;
    static_cast<CallError&>(error) = judgement.error;
    error.refusal_reading = judgement.reading;
    if (judgement.verdict != Verdict::cancelled) {
        error.endpoint = attempt.endpoint;
    }
    if (judgement.reading.kind == RefusalClass::range_too_wide) {
        error.refusal_reading.limit = parts_.endpoints[attempt.endpoint]->health().log_range();
    }
    return error;
}

PoolResult<PoolAnswers> PoolRequest::give_up() {
    if (without_block_) {
        return finish(std::move(*without_block_));
    }
    return to_error();
}

PoolError PoolRequest::to_error() const {
    const Choice choice = choose(need_);
    std::vector<std::string> reasons(errors_.size());
    bool all_wrong_chain = true;
    bool any_behind = false;
    for (const LeftAlone& left : choice.left) {
        if (left.why != Left::unwanted) {
            const Endpoint& endpoint = *parts_.endpoints[left.endpoint];
            reasons[left.endpoint] = "endpoint " + endpoint.name() + ": " + left.text;
            all_wrong_chain = all_wrong_chain && is_wrong_chain(endpoint, parts_.clock.now());
            any_behind = any_behind || left.why == Left::no_head;
        }
    }
    std::string text;
    for (EndpointId id = 0; id < errors_.size(); ++id) {
        const std::string& reason = errors_[id] ? errors_[id]->text : reasons[id];
        if (!reason.empty()) {
            text += (text.empty() ? "" : "; ") + reason;
        }
    }
    PoolError error;
    if (last_) {
        static_cast<CallError&>(error) = *errors_[*last_];
        error.endpoint = last_;
        error.refusal_reading = last_reading_;
    } else {
        const bool named = !text.empty();
        static_cast<CallError&>(error) =
            fail(named && all_wrong_chain ? RpcErrc::wrong_chain : RpcErrc::no_endpoint, "");
        error.refusal_reading.kind =
            any_behind ? RefusalClass::head_not_reached : RefusalClass::unfit;
    }
    const std::string what = calls_.empty() ? "request" : calls_.front().method;
    error.text = what + ": no endpoint can answer: " + (text.empty() ? "none is wanted" : text);
    return error;
}

}  // namespace redink::rpc
