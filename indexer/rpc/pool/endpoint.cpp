#include "indexer/rpc/pool/endpoint.hpp"

#include <algorithm>

namespace redink::rpc {
namespace {

// A part of a request that was cut is repeated so often before the request goes elsewhere: one that
// failed, and one that came too early for the endpoint's rate, which waits its turn.
constexpr unsigned kMostRepeats = 3;
constexpr unsigned kMostTurns = 6;

using std::chrono::milliseconds;

/// The pool repeats, not the client.
ClientOptions once(ClientOptions options, EndpointId id) {
    options.retry.attempts = 1;
    options.seed += id;
    return options;
}

/// A number that is one higher as long as this lives.
class Counted {
  public:
    explicit Counted(std::size_t& number) : number_{number} {
        ++number_;
    }

    ~Counted() {
        --number_;
    }

    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

  private:
    std::size_t& number_;
};

/// True when fewer calls at once may be taken.
bool wants_smaller(const Judgement& judgement, std::size_t calls) {
    constexpr unsigned kContentTooLarge = 413;
    const bool too_large = judgement.verdict == Verdict::about_request &&
                           (judgement.error.is(RpcErrc::too_large) ||
                            (judgement.error.http_status == kContentTooLarge &&
                             judgement.reading.kind == RefusalClass::unknown));
    return calls > 1 && (judgement.verdict == Verdict::batch_refused || too_large);
}

/// Batches of three that are refused are refused for being batches.
std::size_t smaller(std::size_t calls) {
    return calls > 3 ? calls / 2 : 1;
}

bool answers_some(const CallResult<Answers>& reply) {
    const auto good = [](const CallResult<Answer>& answer) { return answer.has_value(); };
    return reply.has_value() && std::any_of(reply->begin(), reply->end(), good);
}

}  // namespace

/// How often a part was repeated.
class Endpoint::Repeats {
  public:
    /// Counts a repetition; false when there were enough, or it would not help.
    [[nodiscard]] bool take(Verdict verdict) {
        if (verdict == Verdict::fault) {
            return ++faults_ <= kMostRepeats;
        }
        return verdict == Verdict::rate_limited && ++turns_ <= kMostTurns;
    }

  private:
    unsigned faults_ = 0;
    unsigned turns_ = 0;
};

/// A request under way. One that ends without a verdict was cancelled.
class Endpoint::Ticket {
  public:
    explicit Ticket(Endpoint& endpoint) : endpoint_{endpoint}, flying_{endpoint.in_flight_} {
        endpoint_.health_.begin(endpoint_.now());
    }

    ~Ticket() {
        if (!settled_) {
            endpoint_.health_.on_cancelled();
        }
    }

    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;

    void settle(const Judgement& judgement, const Need& need) {
        settled_ = true;
        const auto took = std::chrono::steady_clock::now() - started_;
        endpoint_.record(judgement, need, std::chrono::duration_cast<milliseconds>(took));
    }

  private:
    Endpoint& endpoint_;
    Counted flying_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    bool settled_ = false;
};

Endpoint::Endpoint(const asio::any_io_executor& executor,
                   Url url,
                   EndpointId id,
                   EndpointSetup setup)
    : id_{id},
      setup_{std::move(setup)},
      client_{executor, std::move(url), once(setup_.client, id)},
      health_{setup_.rate, now()},
      identified_{executor, asio::steady_timer::time_point::max()} {
}

Candidate Endpoint::candidate() const {
    const auto connections = static_cast<double>(setup_.client.http.connections);
    const double load = static_cast<double>(in_flight_) / std::max(connections, 1.0);
    return {&health_, {waiting_, load}};
}

EndpointStatus Endpoint::status() const {
    EndpointStatus status = health_.status(now());
    status.name = name();
    return status;
}

void Endpoint::announce() {
    const EndpointState state = health_.state(now());
    if (state != announced_) {
        announced_ = state;
        if (setup_.on_change) {
            setup_.on_change(status());
        }
    }
}

Task<Attempt> Endpoint::ask(const std::vector<Call>& calls, const Need& need, SentAt& sent) {
    Attempt attempt;
    attempt.endpoint = id_;
    auto stranger = co_await ensure_identity();
    if (stranger) {
        attempt.judgement = std::move(*stranger);
        co_return attempt;
    }
    attempt.judgement = co_await exchange(calls, need, sent, attempt.answers);
    if (attempt.judgement.verdict != Verdict::good) {
        co_return attempt;
    }
    const SeenBlocks seen = find_blocks(calls, attempt.answers, need.newest);
    if (seen.head) {
        health_.note_head(*seen.head, now());
    }
    if (seen.has) {
        health_.note_has(*seen.has, now());
    }
    if (seen.lacks) {
        health_.note_lacks(*seen.lacks, now());
        const std::string block = std::to_string(seen.lacks->value());
        attempt.judgement.verdict = Verdict::behind;
        attempt.judgement.error =
            fail(RpcErrc::no_endpoint, "endpoint " + name() + " has no block " + block);
    }
    co_return attempt;
}

Task<Judgement> Endpoint::exchange(const std::vector<Call>& calls,
                                   const Need& need,
                                   SentAt& sent,
                                   Answers& answers) {
    std::size_t most = calls.size();
    Repeats repeats;
    while (answers.size() < calls.size()) {
        const std::size_t left = calls.size() - answers.size();
        const std::size_t count = std::min({left, most, health_.batch().value_or(left)});
        const auto first = calls.begin() + static_cast<std::ptrdiff_t>(answers.size());
        std::vector<Call> part{first, first + static_cast<std::ptrdiff_t>(count)};
        Judgement judgement = co_await exchange_part(std::move(part), need, sent, answers);
        if (wants_smaller(judgement, count)) {
            most = smaller(count);
            continue;
        }
        // One part of many that fails does not cost the others.
        if (count < calls.size() && repeats.take(judgement.verdict)) {
            continue;
        }
        if (judgement.verdict != Verdict::good) {
            answers.clear();
            co_return judgement;
        }
        repeats = {};
    }
    co_return Judgement{};
}

Task<Judgement> Endpoint::exchange_part(std::vector<Call> part,
                                        const Need& need,
                                        SentAt& sent,
                                        Answers& answers) {
    const auto refused = co_await take_turn();
    if (refused) {
        const bool cancelled = refused->is(RpcErrc::cancelled);
        co_return Judgement{cancelled ? Verdict::cancelled : Verdict::no_blame, *refused, {}};
    }
    const std::size_t count = part.size();
    sent = std::chrono::steady_clock::now();
    Ticket ticket{*this};
    auto reply = co_await send(std::move(part));
    Judgement judgement = reply ? judge(*reply) : judge(reply.error());
    // A limit that counts calls: the same calls in smaller batches will pass.
    const bool in_part = judgement.verdict == Verdict::rate_limited && answers_some(reply);
    const bool smaller_batch = judgement.verdict == Verdict::batch_refused || in_part;
    if (count > 1 && smaller_batch) {
        health_.lower_batch(smaller(count));
    }
    if (count == 1 && judgement.verdict == Verdict::batch_refused) {
        judgement.verdict = Verdict::fault;
    }
    ticket.settle(judgement, need);
    announce();
    if (count > 1 && in_part) {
        judgement.verdict = Verdict::batch_refused;
    }
    if (judgement.verdict == Verdict::good) {
        std::move(reply->begin(), reply->end(), std::back_inserter(answers));
    }
    co_return judgement;
}

Task<std::optional<CallError>> Endpoint::take_turn() {
    const std::size_t ahead = waiting_;
    const Counted waiting{waiting_};
    const milliseconds longest = setup_.client.retry.longest_retry_after;
    // Those who wait already go first.
    milliseconds wait = health_.rate().wait(now(), ahead);
    while (wait.count() > 0 || !health_.rate().try_take(now())) {
        if (wait > longest) {
            const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
            co_return fail(
                RpcErrc::rate_limited,
                "endpoint " + name() + " takes no request for " + std::to_string(seconds) + " s");
        }
        const bool waited = co_await setup_.clock->wait(std::max(wait, milliseconds{1}));
        if (!waited) {
            co_return fail(RpcErrc::cancelled, "cancelled");
        }
        wait = health_.rate().wait(now());
    }
    co_return std::nullopt;
}

Task<CallResult<Answers>> Endpoint::send(std::vector<Call> calls) {
    if (calls.size() > 1) {
        co_return co_await client_.batch(std::move(calls));
    }
    Answers one;
    auto answer = co_await client_.call(std::move(calls.front()));
    one.push_back(std::move(answer));
    co_return one;
}

void Endpoint::record(const Judgement& judgement, const Need& need, milliseconds took) {
    const std::string& why = judgement.error.text;
    switch (judgement.verdict) {
        case Verdict::good:
            health_.on_answer(need.service, took, now());
            return;
        case Verdict::fault:
            health_.on_fault(why, now());
            return;
        case Verdict::rate_limited:
            health_.on_rate_limited(why, judgement.error.retry_after, now());
            return;
        case Verdict::unfit:
            if (need.service == Service::state && need.oldest) {
                health_.on_no_state(*need.oldest, why, now());
            } else {
                health_.on_unfit(need.service, why, now());
            }
            break;
        case Verdict::behind:
            if (need.newest) {
                health_.note_lacks(*need.newest, now());
            }
            break;
        case Verdict::about_request:
            if (judgement.reading.kind == RefusalClass::range_too_wide) {
                health_.lower_log_range(need.blocks, judgement.reading.limit);
            }
            break;
        case Verdict::no_blame:
        case Verdict::cancelled:
            health_.on_cancelled();
            return;
        case Verdict::batch_refused:
            break;
    }
    health_.on_refusal(now());
}

}  // namespace redink::rpc
