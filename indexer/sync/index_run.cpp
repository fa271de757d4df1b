#include <algorithm>

#include "indexer/protocols/errc.hpp"
#include "indexer/store/errors.hpp"
#include "indexer/sync/bloom_trust.hpp"
#include "indexer/sync/errc.hpp"
#include "indexer/sync/fetch_window.hpp"
#include "indexer/sync/index_state.hpp"
#include "indexer/sync/range_facts.hpp"

namespace redink::sync {
namespace {

// How often a waiting run looks whether it is to stop.
constexpr std::chrono::milliseconds kStopLook{100};

// More blocks than this are searched for contracts before they are fetched; fewer are fetched, and
// searched when one of their logs names a contract.
constexpr std::uint64_t kWorthScan = 10'000;

bool links(const ProvedRange& range, const std::optional<chain::BlockRef>& cursor) {
    const chain::Header& first = range.answer.headers.front();
    return !cursor || first.number != cursor->number + 1 || first.parent_hash == cursor->hash;
}

bool is(const Error& error, SyncErrc code) {
    return error.code == make_error_code(code);
}

// Another market of the chain, or the chain itself, may have moved since the range was fetched.
Result<void> commit_or_moved(RangeCommitter& committer,
                             const ProvedRange& range,
                             const std::optional<chain::BlockRef>& cursor,
                             const store::RangeFacts& facts) {
    try {
        return committer.commit(range, cursor, facts);
    } catch (const store::StoreError& failure) {
        if (failure.code() != store::StoreErrc::reorganised) {
            throw;
        }
        return fail(SyncErrc::moved, failure.what());
    }
}

bool is_contradiction(const Result<void>& done) {
    return !done && done.error().code == make_error_code(protocols::ProtocolErrc::contradiction);
}

}  // namespace

MarketSync::Indexing::Indexing(MarketSync& sync,
                               const std::vector<chain::Address>& contracts,
                               BloomTrust trust)
    : filter{contracts, sync.setup_.protocol->events()},
      discovery{LogFilter::discovery(contracts, sync.setup_.protocol->events())},
      fetcher{sync.reader_, filter, trust, [&sync](const EndpointLie& lie) { sync.note_lie(lie); }},
      committer{sync.setup_.market,
                sync.connection_,
                sync.writer_,
                [&sync] { return sync.open_market(); },
                sync.setup_.max_positions} {
}

Result<void> MarketSync::prepare_indexing() {
    if (indexing_ && !stale_) {
        return {};
    }
    stale_ = false;
    std::vector<chain::Address> contracts;
    std::vector<std::int32_t> sources;
    for (const store::SourceRecord& source : registry_.load_sources(setup_.market.id)) {
        contracts.insert(contracts.end(), source.addresses.begin(), source.addresses.end());
        sources.push_back(source.id);
    }
    const chain::BlockRange rest{setup_.spec.from_block, target_.block.number};
    const BloomTrust trust = bloom_trust_of(setup_.market.chain_id, rest);
    indexing_ = std::make_unique<Indexing>(*this, contracts, trust);
    indexing_->sources = std::move(sources);
    auto loaded = indexing_->committer.load();
    if (!loaded) {
        indexing_.reset();
    }
    return loaded;
}

Task<Result<MarketSync::Step>> MarketSync::index(SyncOutcome& outcome) {
    const chain::BlockNumber first = cursor_ ? cursor_->number + 1 : setup_.spec.from_block;
    const chain::BlockNumber last = target_.block.number;
    if (!discovered_to_ || last - first >= kWorthScan) {
        if (auto discovered = co_await discover(last); !discovered) {
            const bool moved = is(discovered.error(), SyncErrc::moved);
            co_return moved ? Result<Step>{Step{Step::Kind::again}} : discovered.error();
        }
    }
    if (is_stopped()) {
        co_return Step{};
    }
    if (auto ready = prepare_indexing(); !ready) {
        co_return ready.error();
    }
    RangePlanner planner{{first, last}, setup_.level, target_.finalized};
    RangeFetcher& fetcher = indexing_->fetcher;
    fetcher.prefer(target_.endpoint);
    FetchWindow window{co_await asio::this_coro::executor, fetcher};
    Result<Step> step = Step{};
    std::exception_ptr thrown;
    try {
        step = co_await run_ranges(planner, window, outcome);
    } catch (const std::exception&) {
        thrown = std::current_exception();
    }
    // What is in flight ends before the window does, also when this run was cancelled.
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await window.abandon();
    co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    co_return step;
}

Task<Result<MarketSync::Step>> MarketSync::run_ranges(RangePlanner& planner,
                                                      FetchWindow& window,
                                                      SyncOutcome& outcome) {
    Result<Step> step = Step{};
    while (step && step.value().kind == Step::Kind::done && !is_stopped()) {
        if (const auto cap = reader_.pool().log_range_blocks()) {
            planner.limit(*cap);
        }
        while (window.size() < kRangesInFlight) {
            const auto plan = planner.next();
            if (!plan) {
                break;
            }
            window.add(*plan);
        }
        if (window.size() == 0) {
            break;
        }
        enter(Stage::fetch);
        auto taken = co_await window.take(kStopLook);
        if (!taken) {
            continue;
        }
        if (!*taken) {
            co_return taken->error();
        }
        ProvedRange& range = taken->value();
        planner.learn(yield_of(range));
        step = co_await take_range(range);
        if (step && step.value().kind == Step::Kind::done) {
            outcome.blocks += range.answer.range.size();
            outcome.logs += range.answer.logs.size();
            report("index", range.answer.range.last.value(), outcome.logs);
        }
    }
    co_return step;
}

// A range that does not follow what is indexed, or that names new contracts, is fetched again.
Task<Result<MarketSync::Step>> MarketSync::take_range(ProvedRange& range) {
    if (!links(range, cursor_)) {
        co_return Step{Step::Kind::again};
    }
    const chain::BlockNumber last = range.answer.range.last;
    const auto names_contracts = [this](const chain::Log& log) {
        return log.block > *discovered_to_ && indexing_->discovery.wants(log);
    };
    if (last > *discovered_to_ && std::ranges::any_of(range.answer.logs, names_contracts)) {
        if (auto found = co_await discover(target_.block.number); !found) {
            co_return found.error();
        }
        co_return Step{Step::Kind::again};
    }
    co_return co_await commit_range(range);
}

// A log that contradicts the state is either the endpoint's lie, which receipts show, or a contract
// that does not follow its rules: then the proved logs are kept and the difference is a drift row.
Task<Result<MarketSync::Step>> MarketSync::commit_range(ProvedRange& range) {
    enter(Stage::write);
    RangeCommitter& committer = indexing_->committer;
    store::RangeFacts facts = to_facts(range);
    facts.sources = indexing_->sources;
    facts.endpoint = endpoint_row(range.endpoint);
    const auto commit = [&] { return commit_or_moved(committer, range, cursor_, facts); };
    Result<void> done = co_await rpc::run_blocking(pool_, commit);
    if (is_contradiction(done)) {
        enter(Stage::fetch);
        stale_ = true;
        const auto settled = co_await indexing_->fetcher.settle_all(range);
        if (!settled) {
            co_return settled.error();
        }
        if (settled.value() == Settled::refuted) {
            co_return Step{Step::Kind::again};
        }
        enter(Stage::write);
        const auto reload_and_commit = [&]() -> Result<void> {
            auto loaded = committer.load();
            return loaded ? commit_or_moved(committer, range, cursor_, facts) : loaded;
        };
        done = co_await rpc::run_blocking(pool_, reload_and_commit);
        stale_ = !done;
    }
    if (!done) {
        const Error error = done.error();
        registry_.save_contracts(setup_.market.id, committer.contracts());
        stale_ = true;
        if (is(error, SyncErrc::found_contracts) || is(error, SyncErrc::moved)) {
            discovered_to_.reset();
            co_return Step{Step::Kind::again};
        }
        const std::string name = reader_.pool().name(range.endpoint);
        const bool named = error.text.find(name) != std::string::npos;
        co_return Error{error.code, (named ? "" : "endpoint " + name + ": ") + error.text};
    }
    cursor_ = range.answer.headers.back().ref();
    if (setup_.committed) {
        setup_.committed(*cursor_, range.answer.logs.size());
    }
    discovered_to_ = std::max(*discovered_to_, cursor_->number);
    save_lies();
    co_return Step{};
}

}  // namespace redink::sync
