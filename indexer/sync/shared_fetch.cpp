#include "indexer/sync/shared_fetch.hpp"

#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>

#include "indexer/sync/bloom_trust.hpp"
#include "indexer/sync/errc.hpp"
#include "indexer/sync/range_facts.hpp"

namespace redink::sync {
namespace {

// Long enough for the slowest provider to answer for a lease, short enough that a dead worker's
// range is soon taken over.
constexpr std::chrono::seconds kLease{120};

constexpr std::uint64_t kFirstLease = 500;
constexpr std::uint64_t kLongestLease = RangePlanner::kLongestSparseRange;

// Logs that a lease should bring: they are held in memory until all of it is there.
constexpr std::uint64_t kLeaseLogs = 20'000;

// Leases that one worker works on at once.
constexpr std::size_t kLeasesAtOnce = 3;

// Appends what a part of a lease brought. The lowest level of the parts is that of the whole.
void append(store::RangeFacts& whole, ProofLevel& level, const ProvedRange& part) {
    store::RangeFacts facts = to_facts(part);
    level = std::min(level, part.level);
    whole.headers.insert(whole.headers.end(),
                         std::make_move_iterator(facts.headers.begin()),
                         std::make_move_iterator(facts.headers.end()));
    whole.logs.insert(whole.logs.end(),
                      std::make_move_iterator(facts.logs.begin()),
                      std::make_move_iterator(facts.logs.end()));
}

}  // namespace

struct SharedFetch::Job {
    Job(const std::vector<chain::Address>& contracts, const SyncSetup& setup)
        : filter{contracts, setup.protocol->events()} {
    }

    LogFilter filter;
    std::vector<std::int32_t> sources;
    std::vector<EndpointLie> lies;
    std::optional<Error> failed;
    std::exception_ptr thrown;
    std::uint64_t done = 0;
    std::size_t running = 0;
};

SharedFetch::SharedFetch(const SyncSetup& setup,
                         store::Connection& connection,
                         NodeReader& reader,
                         std::string worker)
    : setup_{setup},
      connection_{connection},
      reader_{reader},
      worker_{std::move(worker)},
      registry_{connection},
      leases_{connection, setup.market},
      lease_blocks_{kFirstLease} {
}

bool SharedFetch::is_stopped() const {
    return setup_.stop != nullptr && setup_.stop->load();
}

Task<Result<std::uint64_t>> SharedFetch::work() {
    std::vector<chain::Address> contracts;
    std::vector<std::int32_t> sources;
    for (const store::SourceRecord& source : registry_.load_sources(setup_.market.id)) {
        contracts.insert(contracts.end(), source.addresses.begin(), source.addresses.end());
        sources.push_back(source.id);
    }
    if (!leases_.load_target() || sources.empty()) {
        co_return std::uint64_t{0};
    }
    Job job{contracts, setup_};
    job.sources = std::move(sources);
    const auto executor = co_await asio::this_coro::executor;
    for (std::size_t i = 0; i < kLeasesAtOnce; ++i) {
        ++job.running;
        asio::co_spawn(executor, run_jobs(job), [&job](const std::exception_ptr& error) {
            --job.running;
            job.thrown = error ? error : job.thrown;
        });
    }
    while (job.running > 0) {
        constexpr std::chrono::milliseconds kLook{10};
        asio::steady_timer timer{executor, kLook};
        co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    store::ChainJournal journal{connection_, setup_.market.chain_id};
    for (const EndpointLie& lie : job.lies) {
        const std::string name = reader_.pool().name(lie.endpoint);
        const auto row = registry_.register_endpoint(setup_.market.chain_id, name);
        journal.save_endpoint_fault(row, lie.range.first, lie.text);
    }
    if (job.thrown) {
        std::rethrow_exception(job.thrown);
    }
    co_return job.failed ? Result<std::uint64_t>{*job.failed} : Result<std::uint64_t>{job.done};
}

Task<void> SharedFetch::run_jobs(Job& job) {
    while (!is_stopped() && !job.failed && !job.thrown) {
        const auto lease = leases_.claim(worker_, lease_blocks_, kLease);
        if (!lease) {
            co_return;
        }
        const auto fetched = co_await fetch(*lease, job);
        if (!fetched) {
            leases_.release(worker_, *lease);
            job.failed = fetched.error();
            co_return;
        }
        ++job.done;
    }
}

Task<Result<void>> SharedFetch::fetch(chain::BlockRange lease, Job& job) {
    const BloomTrust trust = bloom_trust_of(setup_.market.chain_id, lease);
    RangeFetcher fetcher{
        reader_, job.filter, trust, [&job](const EndpointLie& lie) { job.lies.push_back(lie); }};
    RangePlanner planner{lease, setup_.level};
    store::RangeFacts facts;
    facts.range = lease;
    facts.sources = job.sources;
    ProofLevel level = ProofLevel::receipts;
    while (const auto plan = planner.next()) {
        const auto part = co_await fetcher.fetch(*plan);
        if (!part) {
            co_return part.error();
        }
        planner.learn(yield_of(part.value()));
        append(facts, level, part.value());
        facts.endpoint = registry_.register_endpoint(
            setup_.market.chain_id, reader_.pool().name(part.value().endpoint));
        if (!leases_.renew(worker_, lease, kLease)) {
            // Another worker has it by now, with the same facts.
            co_return Result<void>{};
        }
    }
    facts.proof = name_of(level);
    const std::uint64_t logs = std::max<std::uint64_t>(facts.logs.size(), 1);
    const std::uint64_t wanted = lease.size() * kLeaseLogs / logs;
    lease_blocks_ = std::clamp<std::uint64_t>(
        std::min(wanted, lease_blocks_ * 2), kFirstLease / 10, kLongestLease);
    // An error is a lease that was taken over meanwhile: its facts are there already.
    static_cast<void>(leases_.commit_facts(worker_, facts));
    if (setup_.report) {
        setup_.report({setup_.spec.name,
                       "fetch",
                       setup_.spec.from_block.value(),
                       lease.last.value(),
                       lease.last.value(),
                       facts.logs.size()});
    }
    co_return Result<void>{};
}

}  // namespace redink::sync
