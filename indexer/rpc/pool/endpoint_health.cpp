#include "indexer/rpc/pool/endpoint_health.hpp"

#include <algorithm>

namespace redink::rpc {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// Operators change endpoints; one that served another chain is asked again after this.
constexpr minutes kWrongChainRest{10};
constexpr minutes kLieRest{60};
constexpr minutes kUnfitRest{15};

// Blocks whose state an endpoint was found to lack; when there are more, they are asked anew.
constexpr std::size_t kMostBlocksWithoutState = 256;

/// Heads grow every few seconds; what was said longer ago is no reason to leave an endpoint alone.
constexpr seconds kHeadFresh{2};

constexpr double kErrorWeight = 0.1;

/// Assumed of an endpoint that has not answered yet, so that it is tried.
constexpr std::chrono::milliseconds kUnknownLatency{50};

constexpr double kLeastGoodShare = 0.05;

}  // namespace

const char* to_word(EndpointState state) {
    switch (state) {
        case EndpointState::unknown:
            return "unknown";
        case EndpointState::well:
            return "well";
        case EndpointState::resting:
            return "resting";
        case EndpointState::wrong_chain:
            return "wrong chain";
        case EndpointState::lied:
            return "lied";
    }
    return "unknown";
}

const char* to_word(Service service) {
    switch (service) {
        case Service::headers:
            return "headers";
        case Service::logs:
            return "logs";
        case Service::receipts:
            return "receipts";
        case Service::state:
            return "state";
    }
    return "unknown";
}

EndpointHealth::EndpointHealth(const RateOptions& rate, Time now)
    : rate_{rate, now}, last_answer_{now}, head_at_{now} {
}

void EndpointHealth::begin(Time now) {
    ++counts_.requests;
    breaker_.begin(now);
}

void EndpointHealth::on_answer(Service service, Duration took, Time now) {
    Latency& own = latency_[static_cast<std::size_t>(service)];
    own.add(took);
    overall_.add(took);
    breaker_.on_success();
    trouble_.clear();
    error_share_ *= 1 - kErrorWeight;
    last_answer_ = now;
    if (own.far_above_usual()) {
        rate_.on_slow(now);
    } else {
        rate_.on_success(now);
    }
}

void EndpointHealth::count_error(std::string why) {
    error_share_ += kErrorWeight * (1 - error_share_);
    trouble_ = std::move(why);
}

void EndpointHealth::on_fault(std::string why, Time now) {
    ++counts_.errors;
    breaker_.on_failure(now);
    count_error(std::move(why));
}

void EndpointHealth::on_rate_limited(std::string why,
                                     std::optional<Duration> retry_after,
                                     Time now) {
    ++counts_.rate_limits;
    breaker_.on_success();
    rate_.on_limited(now, retry_after);
    count_error(std::move(why));
}

void EndpointHealth::on_refusal(Time now) {
    ++counts_.refusals;
    breaker_.on_success();
    trouble_.clear();
    last_answer_ = now;
}

void EndpointHealth::on_overtaken(Service service, Duration at_least) {
    latency_[static_cast<std::size_t>(service)].add(at_least);
    overall_.add(at_least);
    breaker_.on_nothing();
}

void EndpointHealth::on_cancelled() {
    breaker_.on_nothing();
}

void EndpointHealth::on_hedged() {
    ++counts_.hedges;
}

void EndpointHealth::on_identified() {
    identified_ = true;
    wrong_chain_.reset();
}

void EndpointHealth::on_wrong_chain(std::string why, Time now) {
    identified_ = false;
    wrong_chain_ = Exclusion{now + kWrongChainRest, std::move(why)};
}

void EndpointHealth::on_lie(std::string what, Time now) {
    lied_ = Exclusion{now + kLieRest, std::move(what)};
}

void EndpointHealth::on_unfit(Service service, std::string why, Time now) {
    unfit_[static_cast<std::size_t>(service)] = Exclusion{now + kUnfitRest, std::move(why)};
}

void EndpointHealth::on_no_state(chain::BlockNumber block, std::string why, Time now) {
    if (no_state_.size() >= kMostBlocksWithoutState) {
        no_state_.clear();
    }
    no_state_[block] = Exclusion{now + kUnfitRest, std::move(why)};
}

const std::string* EndpointHealth::no_state(chain::BlockNumber block, Time now) const {
    const auto found = no_state_.find(block);
    return found != no_state_.end() && found->second.holds(now) ? &found->second.why : nullptr;
}

void EndpointHealth::note_head(chain::BlockNumber head, Time now) {
    head_ = head;
    head_at_ = now;
    if (lack_ && head >= lack_->block) {
        lack_.reset();
    }
}

void EndpointHealth::note_has(chain::BlockNumber block, Time now) {
    if (!head_ || block >= *head_) {
        note_head(block, now);
    }
    if (lack_ && block >= lack_->block) {
        lack_.reset();
    }
}

void EndpointHealth::note_lacks(chain::BlockNumber block, Time now) {
    lack_ = Lack{block, now};
}

void EndpointHealth::note_oldest(chain::BlockNumber oldest) {
    oldest_ = oldest;
}

void EndpointHealth::lower_log_range(std::uint64_t asked, std::optional<std::uint64_t> stated) {
    std::optional<std::uint64_t> cap = stated;
    if (asked > 0 && (!cap || *cap > asked)) {
        cap = asked / 2;
    } else if (asked > 0 && cap == asked) {
        cap = asked - 1;
    }
    if (cap) {
        log_range_ = std::min(log_range_.value_or(*cap), *cap);
        log_range_ = std::max<std::uint64_t>(*log_range_, 1);
    }
}

void EndpointHealth::lower_batch(std::size_t calls) {
    batch_ = std::max<std::size_t>(std::min(batch_.value_or(calls), calls), 1);
}

EndpointState EndpointHealth::state(Time now) const {
    if (lied_ && lied_->holds(now)) {
        return EndpointState::lied;
    }
    if (wrong_chain_ && wrong_chain_->holds(now)) {
        return EndpointState::wrong_chain;
    }
    if (breaker_.state(now) != CircuitBreaker::State::closed) {
        return EndpointState::resting;
    }
    return identified_ ? EndpointState::well : EndpointState::unknown;
}

std::string EndpointHealth::reason(Time now) const {
    switch (state(now)) {
        case EndpointState::lied:
            return lied_->why;
        case EndpointState::wrong_chain:
            return wrong_chain_->why;
        case EndpointState::resting:
        case EndpointState::unknown:
            return trouble_;
        case EndpointState::well:
            break;
    }
    std::string text = rate_.paused(now) ? trouble_ : "";
    for (std::size_t i = 0; i < kServices; ++i) {
        if (unfit_[i] && unfit_[i]->holds(now)) {
            text += text.empty() ? "" : "; ";
            text += std::string{"unfit for "} + to_word(static_cast<Service>(i)) + ": ";
            text += unfit_[i]->why;
        }
    }
    return text;
}

bool EndpointHealth::excluded(Time now) const {
    return (lied_ && lied_->holds(now)) || (wrong_chain_ && wrong_chain_->holds(now));
}

bool EndpointHealth::usable(Service service, Time now) const {
    const auto& unfit = unfit_[static_cast<std::size_t>(service)];
    return !excluded(now) && !(unfit && unfit->holds(now));
}

bool EndpointHealth::needs_identity(Time now) const {
    return !identified_ && !excluded(now);
}

Reach EndpointHealth::reach(chain::BlockNumber newest, Time now) const {
    const auto judge = [now](Time at) {
        return now - at < kHeadFresh ? Reach::no : Reach::doubtful;
    };
    if (lack_ && newest >= lack_->block) {
        return judge(lack_->at);
    }
    return head_ && newest > *head_ ? judge(head_at_) : Reach::likely;
}

EndpointHealth::Duration EndpointHealth::expected(Service service,
                                                  const Backlog& backlog,
                                                  Time now) const {
    const Latency& own = latency(service);
    const Duration usual = own.samples() > 0 ? own.average() : kUnknownLatency;
    const double idle_minutes =
        std::chrono::duration<double, std::ratio<60>>(now - last_answer_).count();
    const double good = std::max(kLeastGoodShare, 1 - error_share_);
    const double patience = (1 + std::max(0.0, idle_minutes)) * good * good;
    const double answer_ms = static_cast<double>(usual.count() + 1) * (1 + backlog.load) / patience;
    return rate_.wait(now, backlog.waiting) + Duration{static_cast<std::int64_t>(answer_ms)};
}

EndpointStatus EndpointHealth::status(Time now) const {
    EndpointStatus status = counts_;
    status.state = to_word(state(now));
    status.reason = reason(now);
    status.latency_p50 = overall_.quantile(0.5);
    status.latency_p95 = overall_.quantile(0.95);
    status.requests_per_second = rate_.per_second();
    status.head = head_;
    status.oldest = oldest_;
    status.log_range_blocks = log_range_;
    return status;
}

}  // namespace redink::rpc
