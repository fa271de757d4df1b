#include "indexer/rpc/client.hpp"

#include <boost/asio/as_tuple.hpp>

namespace redink::rpc {
namespace {

using std::chrono::milliseconds;

constexpr unsigned kOk = 200;
constexpr unsigned kTooManyRequests = 429;
constexpr std::size_t kMaxShown = 200;

/// Of a body that is no JSON-RPC: what refuses says so early.
constexpr std::size_t kMaxBody = 4096;

CallError status_error(unsigned status, std::string_view body) {
    std::string text = "HTTP " + std::to_string(status);
    if (!body.empty()) {
        text += ": " + excerpt(body, kMaxShown);
    }
    CallError error = fail(RpcErrc::http_status, std::move(text));
    error.body = body.substr(0, kMaxBody);
    return error;
}

/// What was asked, for a person: the method, or how many of which.
std::string describe(const std::vector<Call>& calls, bool batch) {
    return batch ? "batch of " + std::to_string(calls.size()) + " " + calls.front().method
                 : calls.front().method;
}

/// Waits, unless cancelled.
Task<bool> pause(milliseconds delay) {
    asio::steady_timer timer{co_await asio::this_coro::executor, delay};
    const auto [error] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return !error;
}

}  // namespace

/// The calls of one run, and which of them still have no final outcome.
struct Client::Progress {
    explicit Progress(std::vector<Call> all) : calls{std::move(all)}, outcomes(calls.size()) {
        for (std::size_t i = 0; i < calls.size(); ++i) {
            open.push_back(i);
        }
    }

    [[nodiscard]] std::vector<Call> open_calls() const {
        std::vector<Call> result;
        result.reserve(open.size());
        for (const std::size_t i : open) {
            result.push_back(calls[i]);
        }
        return result;
    }

    /// Takes the outcomes of the open calls; those that the node rate-limited stay open.
    void take(Answers answers) {
        std::vector<std::size_t> still_open;
        for (std::size_t i = 0; i < answers.size(); ++i) {
            if (answers[i].has_error() && answers[i].error().is(RpcErrc::rate_limited)) {
                still_open.push_back(open[i]);
            }
            outcomes[open[i]] = std::move(answers[i]);
        }
        open = std::move(still_open);
    }

    /// True once any call has an outcome, so that a later failure is not one of the whole.
    [[nodiscard]] bool begun() const {
        return open.size() < calls.size() || outcomes.front().has_value();
    }

    [[nodiscard]] Answers finish(const CallError& error) && {
        Answers answers;
        answers.reserve(outcomes.size());
        for (auto& outcome : outcomes) {
            answers.push_back(outcome ? std::move(*outcome) : CallResult<Answer>{error});
        }
        return answers;
    }

    std::vector<Call> calls;
    std::vector<std::optional<CallResult<Answer>>> outcomes;
    std::vector<std::size_t> open;
};

Client::Client(const asio::any_io_executor& executor, Url url, ClientOptions options)
    : transport_{make_transport(executor, std::move(url), std::move(options.http))},
      retry_{options.retry},
      seed_{options.seed} {
}

Task<CallResult<Answer>> Client::call(Call call) {
    std::vector<Call> one;
    one.push_back(std::move(call));
    auto answers = co_await run(std::move(one), Shape::single);
    if (!answers) {
        co_return std::move(answers).error();
    }
    co_return std::move(answers->front());
}

Task<CallResult<Answer>> Client::call(std::string method, std::string params_json) {
    return call(Call{std::move(method), std::move(params_json)});
}

Task<CallResult<Answers>> Client::batch(std::vector<Call> calls) {
    if (calls.empty()) {
        co_return Answers{};
    }
    co_return co_await run(std::move(calls), Shape::batch);
}

Task<CallResult<Answers>> Client::run(std::vector<Call> calls, Shape shape) {
    const auto started = std::chrono::steady_clock::now();
    const std::string doing = describe(calls, shape == Shape::batch);
    // Each run has its own stream of jitter, so that one call's delays do not depend on another's.
    Retry retry{retry_, seed_ + next_id_};
    Progress progress{std::move(calls)};
    for (;;) {
        auto answers = co_await attempt(progress.open_calls(), shape);
        CallError error;
        if (answers) {
            progress.take(std::move(*answers));
            if (progress.open.empty()) {
                co_return std::move(progress).finish(error);
            }
            error = progress.outcomes[progress.open.front()]->error();
        } else {
            error = explain(std::move(answers).error(), doing);
        }
        const auto elapsed = std::chrono::steady_clock::now() - started;
        const auto delay = retry.next(error, std::chrono::duration_cast<milliseconds>(elapsed));
        if (!delay) {
            if (progress.begun()) {
                co_return std::move(progress).finish(error);
            }
            co_return error;
        }
        const bool waited = co_await pause(*delay);
        if (!waited) {
            co_return explain(fail(RpcErrc::cancelled, "cancelled"), doing);
        }
    }
}

Task<CallResult<Answers>> Client::attempt(std::vector<Call> calls, Shape shape) {
    const ExpectedIds ids{next_id_, calls.size()};
    next_id_ += calls.size();
    ++requests_;
    // Named, because g++ 12 destroys a conditional temporary twice inside a co_await expression.
    std::string body = shape == Shape::batch ? make_batch(calls, ids.first)
                                             : make_request(calls.front(), ids.first);
    auto reply = co_await transport_->exchange(std::move(body));
    if (!reply) {
        co_return std::move(reply).error();
    }
    co_return settle(std::move(*reply), ids, calls, shape);
}

CallResult<Answers> Client::settle(Reply reply,
                                   ExpectedIds ids,
                                   const std::vector<Call>& calls,
                                   Shape shape) {
    const unsigned status = reply.status;
    const auto retry_after = reply.retry_after;
    const auto stamp = [&](CallError error) {
        error.http_status = status;
        error.retry_after = retry_after;
        if (status == kTooManyRequests) {
            error.code = RpcErrc::rate_limited;
        }
        return error;
    };
    CallResult<Answers> answers = read(std::move(reply), ids, shape);
    if (!answers) {
        return stamp(std::move(answers).error());
    }
    for (std::size_t i = 0; i < answers->size(); ++i) {
        auto& answer = (*answers)[i];
        if (answer.has_error()) {
            answer = explain(stamp(std::move(answer).error()), calls[i].method);
        }
    }
    return answers;
}

CallResult<Answers> Client::read(Reply reply, ExpectedIds ids, Shape shape) {
    const auto document = parser_.parse(reply.body);
    if (!document) {
        return reply.status == kOk ? document.error() : status_error(reply.status, reply.body);
    }
    CallResult<Answers> answers = Answers{};
    if (shape == Shape::batch) {
        answers = read_batch(*document, ids);
    } else if (auto answer = read_single(*document, ids.first)) {
        answers->push_back(std::move(answer));
    } else {
        answers = std::move(answer).error();
    }
    if (answers.has_error() && !answers.error().refusal && reply.status != kOk) {
        return status_error(reply.status, reply.body);
    }
    return answers;
}

CallError Client::explain(CallError error, const std::string& doing) const {
    const Url& url = transport_->url();
    error.text = doing + " at " + url.name() + ": " + url.redact(std::move(error.text));
    error.body = url.redact(std::move(error.body));
    if (error.refusal) {
        error.refusal->message = url.redact(std::move(error.refusal->message));
        error.refusal->data = url.redact(std::move(error.refusal->data));
    }
    return error;
}

}  // namespace redink::rpc
