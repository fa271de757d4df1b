#include "indexer/sync/shared_fetch.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>

#include "indexer/store/errors.hpp"
#include "indexer/sync/bloom_trust.hpp"
#include "indexer/sync/errc.hpp"
#include "indexer/sync/range_facts.hpp"

namespace redink::sync {
namespace {

// Long enough for the slowest provider to answer for a lease, short enough that a dead worker's
// range is soon taken over.
constexpr std::chrono::seconds kLease{120};

// Leases that one worker works on at once.
constexpr std::size_t kLeasesAtOnce = 3;

}  // namespace

struct SharedFetch::Job {
    std::vector<EndpointLie> lies;
    std::optional<Error> failed;
    std::exception_ptr thrown;
    std::uint64_t done = 0;
    std::size_t running = 0;
};

SharedFetch::SharedFetch(const SyncSetup& setup,
                         store::Connection& connection,
                         NodeReader& reader,
                         Worker worker)
    : setup_{setup},
      connection_{connection},
      reader_{reader},
      worker_{std::move(worker)},
      registry_{connection},
      leases_{connection, setup.market} {
}

bool SharedFetch::is_stopped() const {
    return setup_.stop != nullptr && setup_.stop->load();
}

Task<Result<std::uint64_t>> SharedFetch::work() {
    Job job;
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
        const auto lease = leases_.claim(worker_.name, worker_.lease_blocks, kLease);
        if (!lease) {
            co_return;
        }
        const auto fetched = co_await fetch(*lease, job);
        if (!fetched) {
            job.failed = fetched.error();
            co_return;
        }
        ++job.done;
    }
}

// Part by part: what is committed leaves the lease, so that little is lost when the process dies.
Task<Result<void>> SharedFetch::fetch(chain::BlockRange lease, Job& job) {
    std::vector<chain::Address> contracts;
    std::vector<std::int32_t> sources;
    for (const store::SourceRecord& source : leases_.load_lacking(lease)) {
        contracts.insert(contracts.end(), source.addresses.begin(), source.addresses.end());
        sources.push_back(source.id);
    }
    const LogFilter filter{std::move(contracts), setup_.protocol->events()};
    const BloomTrust trust = bloom_trust_of(setup_.market.chain_id, lease);
    RangeFetcher fetcher{
        reader_, filter, trust, [&job](const EndpointLie& lie) { job.lies.push_back(lie); }};
    RangePlanner planner{lease, setup_.level};
    while (const auto plan = planner.next()) {
        const auto part = co_await fetcher.fetch(*plan);
        if (!part || is_stopped()) {
            leases_.release(worker_.name, plan->range.first);
            co_return part ? Result<void>{} : Result<void>{part.error()};
        }
        planner.learn(yield_of(part.value()));
        store::RangeFacts facts = to_facts(part.value());
        facts.sources = sources;
        facts.endpoint = registry_.register_endpoint(setup_.market.chain_id,
                                                     reader_.pool().name(part.value().endpoint));
        const auto kept = leases_.commit_facts(worker_.name, facts);
        if (!kept && kept.error().code == make_error_code(store::StoreErrc::lease_lost)) {
            // Another worker took it over, and fetches the same.
            co_return Result<void>{};
        }
        if (!kept) {
            leases_.release(worker_.name, plan->range.first);
            co_return kept;
        }
        if (plan->range.last < lease.last) {
            static_cast<void>(leases_.renew(worker_.name, plan->range.last + 1, kLease));
        }
        if (setup_.report) {
            setup_.report({setup_.spec.name,
                           "fetch",
                           setup_.spec.from_block.value(),
                           lease.last.value(),
                           plan->range.last.value(),
                           facts.logs.size()});
        }
    }
    co_return Result<void>{};
}

}  // namespace redink::sync
