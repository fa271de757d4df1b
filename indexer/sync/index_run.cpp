#include "indexer/protocols/errc.hpp"
#include "indexer/sync/errc.hpp"
#include "indexer/sync/fetch_window.hpp"
#include "indexer/sync/market_sync.hpp"
#include "indexer/sync/range_committer.hpp"
#include "indexer/sync/range_planner.hpp"

namespace redink::sync {
namespace {

// How often a waiting run looks whether it is to stop.
constexpr std::chrono::milliseconds kStopLook{100};

Result<void> check_link(const ProvedRange& range, const std::optional<chain::BlockRef>& cursor) {
    const chain::Header& first = range.answer.headers.front();
    if (cursor && first.number == cursor->number + 1 && first.parent_hash != cursor->hash) {
        return fail(SyncErrc::lie,
                    "block " + std::to_string(first.number.value()) + ": its parent hash " +
                        first.parent_hash.hex() + " is not the hash of the block indexed before, " +
                        cursor->hash.hex() + "; if the chain was just reorganised, run again");
    }
    return {};
}

bool is_contradiction(const Result<void>& done) {
    return !done && done.error().code == make_error_code(protocols::ProtocolErrc::contradiction);
}

}  // namespace

// A log that contradicts the state is either the endpoint's lie, which receipts show, or a contract
// that does not follow its rules: then the proved logs are kept and the difference is a drift row.
Task<Result<void>> MarketSync::commit_range(RangeCommitter& committer,
                                            RangeFetcher& fetcher,
                                            ProvedRange& range,
                                            const std::vector<std::int32_t>& sources) {
    Result<void> done = check_link(range, cursor_);
    for (int attempt = 0; done && attempt < 2; ++attempt) {
        store::RangeFacts facts = to_facts(range, setup_.level, endpoint_);
        facts.sources = sources;
        const auto commit = [&] { return committer.commit(range, cursor_, facts); };
        done = co_await rpc::run_blocking(pool_, commit);
        if (attempt > 0 || !is_contradiction(done)) {
            break;
        }
        const Result<void> contradiction = done;
        done = co_await fetcher.settle_all(range);
        if (!done) {
            break;
        }
        const auto reload = [&] { return committer.load(); };
        done = co_await rpc::run_blocking(pool_, reload);
    }
    if (!done) {
        registry_.save_contracts(setup_.market.id, committer.contracts());
        const Error error = done.error();
        const bool named = error.text.find(reader_.name()) != std::string::npos;
        const std::string by = named ? "" : "endpoint " + reader_.name() + ": ";
        co_return Error{error.code, by + error.text};
    }
    cursor_ = range.answer.headers.back().ref();
    co_return done;
}

Task<Result<SyncOutcome>> MarketSync::index() {
    std::vector<chain::Address> contracts;
    std::vector<std::int32_t> sources;
    for (const store::SourceRecord& source : registry_.load_sources(setup_.market.id)) {
        contracts.insert(contracts.end(), source.addresses.begin(), source.addresses.end());
        sources.push_back(source.id);
    }
    const LogFilter filter{std::move(contracts), setup_.protocol->events()};
    RangeFetcher fetcher{reader_, filter, setup_.level};
    RangeCommitter committer{setup_.market,
                             connection_,
                             writer_,
                             [this] { return open_market(); },
                             setup_.max_positions};
    if (auto loaded = committer.load(); !loaded) {
        co_return loaded.error();
    }
    const chain::BlockNumber first = cursor_ ? cursor_->number + 1 : setup_.spec.from_block;
    RangePlanner planner{{first, target_.number}};
    FetchWindow window{co_await asio::this_coro::executor, fetcher};
    SyncOutcome outcome;
    Result<void> done;
    while (done && !is_stopped()) {
        while (window.size() < kRangesInFlight) {
            const auto range = planner.next();
            if (!range) {
                break;
            }
            window.add(*range);
        }
        if (window.size() == 0) {
            break;
        }
        auto taken = co_await window.take(kStopLook);
        if (!taken) {
            continue;
        }
        if (!*taken) {
            done = taken->error();
            break;
        }
        ProvedRange& range = taken->value();
        planner.learn(range.answer.range.size(), range.answer.logs.size());
        if (range.split_to != 0) {
            planner.limit(range.split_to);
        }
        done = co_await commit_range(committer, fetcher, range, sources);
        if (done) {
            outcome.blocks += range.answer.range.size();
            outcome.logs += range.answer.logs.size();
            report("index", range.answer.range.last.value(), outcome.logs);
        }
    }
    co_await window.abandon();
    if (!done) {
        co_return done.error();
    }
    outcome.head = cursor_.value_or(chain::BlockRef{});
    outcome.stopped = is_stopped() && (!cursor_ || cursor_->number < target_.number);
    co_return outcome;
}

}  // namespace redink::sync
