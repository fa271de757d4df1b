#include "indexer/rpc/pool/race.hpp"

#include <boost/asio/as_tuple.hpp>

namespace redink::rpc {
namespace {

using Finish = std::optional<Attempt>;

/// What both runners see.
struct Track {
    Endpoint& first;
    Endpoint& second;
    Hedge& hedge;
    const std::vector<Call>& calls;
    const Need& need;
    SentAt first_sent;
    SentAt second_sent;
    bool both = false;
};

/// Ends the race at the first answer that settles it, or when the only runner has failed.
struct EndOfRace {
    const Track* track;

    asio::cancellation_type operator()(const std::exception_ptr& thrown,
                                       const Finish& finish) const noexcept {
        const bool waits = !thrown && (!finish || (!finish->settles() && track->both));
        return waits ? asio::cancellation_type::none : asio::cancellation_type::all;
    }
};

Task<Finish> run_first(Track& track) {
    co_return co_await track.first.ask(track.calls, track.need, track.first_sent);
}

/// Empty when it was not its turn.
Task<Finish> run_second(Track& track) {
    const auto delay = Hedge::delay(track.first.health().latency(track.need.service));
    asio::steady_timer timer{co_await asio::this_coro::executor, delay};
    const auto [error] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (error || !track.hedge.try_take()) {
        co_return std::nullopt;
    }
    track.both = true;
    track.first.health().on_hedged();
    co_return co_await track.second.ask(track.calls, track.need, track.second_sent);
}

Attempt cancelled(CallError error) {
    Attempt attempt;
    attempt.judgement.verdict = Verdict::cancelled;
    attempt.judgement.error = std::move(error);
    return attempt;
}

Finish to_finish(const std::exception_ptr& thrown, Finish finish) {
    return thrown ? cancelled(detail::cancelled_or_rethrow(thrown)) : std::move(finish);
}

/// What a slow runner would have taken at least counts as its time: else it would never look slow.
void note_overtaken(Track& track) {
    if (track.first_sent) {
        const auto ran = std::chrono::steady_clock::now() - *track.first_sent;
        track.first.health().on_overtaken(
            track.need.service, std::chrono::duration_cast<std::chrono::milliseconds>(ran));
    }
}

std::vector<Attempt> to_result(Track& track, Finish first, Finish second) {
    std::vector<Attempt> result;
    if (first && first->settles()) {
        result.push_back(std::move(*first));
        return result;
    }
    if (second && second->settles()) {
        if (first && first->judgement.verdict == Verdict::cancelled) {
            note_overtaken(track);
        }
        result.push_back(std::move(*second));
        return result;
    }
    // One that was cancelled beside one that failed came too late to count.
    for (Finish* finish : {&first, &second}) {
        if (*finish && (*finish)->judgement.verdict != Verdict::cancelled) {
            result.push_back(std::move(**finish));
        }
    }
    if (result.empty()) {
        result.push_back(cancelled(fail(RpcErrc::cancelled, "cancelled")));
    }
    return result;
}

}  // namespace

Task<std::vector<Attempt>> race(Runners runners,
                                Hedge& hedge,
                                const std::vector<Call>& calls,
                                const Need& need) {
    hedge.on_request();
    if (runners.second == nullptr) {
        SentAt sent;
        std::vector<Attempt> one;
        auto attempt = co_await runners.first.ask(calls, need, sent);
        one.push_back(std::move(attempt));
        co_return one;
    }
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    Track track{runners.first, *runners.second, hedge, calls, need, {}, {}};
    auto both = asio::experimental::make_parallel_group(
        asio::co_spawn(executor, run_first(track), asio::deferred),
        asio::co_spawn(executor, run_second(track), asio::deferred));
    const EndOfRace end{&track};
    auto [order, first_thrown, first, second_thrown, second] =
        co_await both.async_wait(end, asio::use_awaitable);
    co_return to_result(track,
                        to_finish(first_thrown, std::move(first)),
                        to_finish(second_thrown, std::move(second)));
}

}  // namespace redink::rpc
