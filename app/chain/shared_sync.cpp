#include "app/chain/shared_sync.hpp"

#include <array>
#include <atomic>
#include <random>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "app/bookkeeper/book_market.hpp"
#include "app/chain/market_setup.hpp"
#include "app/writer_session.hpp"
#include "indexer/store/errors.hpp"
#include "indexer/store/migrations.hpp"
#include "indexer/sync/errc.hpp"
#include "indexer/sync/shared_fetch.hpp"

namespace redink::app {
namespace {

// Between two looks when there is nothing to lease.
constexpr std::chrono::milliseconds kLook{200};

std::string worker_name() {
    constexpr std::size_t kLongestHost = 256;
    std::array<char, kLongestHost> host{};
    gethostname(host.data(), host.size() - 1);
    return std::string{host.data()} + ":" + std::to_string(getpid()) + ":" +
           std::to_string(std::random_device{}());
}

// The leader's work, beside the fetching.
struct Lead {
    explicit Lead(const ChainRun& run) : session{run.database, {run.chain.id}} {
    }

    WriterSession session;
    asio::thread_pool pool{1};
    std::optional<sync::MarketSync> market;
    std::optional<Result<sync::SyncOutcome>> outcome;
    std::exception_ptr thrown;
};

// Where this process wants the market.
Task<Result<sync::SyncTarget>> find_final_target(ChainRun& run,
                                                 ChainEndpoints& endpoints,
                                                 store::Connection& connection) {
    auto target = co_await find_target(run, endpoints, connection);
    if (!target) {
        co_return target;
    }
    const bool is_final =
        target.value().finalized && target.value().block.number <= *target.value().finalized;
    if (!is_final) {
        co_return sync::fail(sync::SyncErrc::configuration,
                             "workers can share only blocks that are final; use --to finalized, "
                             "or a block up to it");
    }
    co_return target;
}

Task<void> lead(ChainRun& run, Lead& lead, sync::SyncTarget target) {
    auto outcome = co_await lead.market->lead(target);
    if (outcome && !outcome.value().stopped) {
        if (auto proved = co_await prove_rest(run, *lead.market); !proved) {
            outcome = proved.error();
        }
    }
    lead.outcome = std::move(outcome);
}

std::unique_ptr<Lead> try_to_lead(ChainRun& run) {
    try {
        return std::make_unique<Lead>(run);
    } catch (const store::StoreError& failure) {
        if (failure.code() != store::StoreErrc::locked) {
            throw;
        }
        return nullptr;
    }
}

// Empty until the market is at the target. What was announced may be the target of an earlier run.
std::optional<sync::SyncOutcome> load_outcome(const sync::SyncSetup& setup,
                                              store::Connection& connection,
                                              const sync::SyncTarget& target) {
    const auto cursor = store::MarketWriter{connection, setup.market}.load_cursor();
    if (!cursor || cursor->number < target.block.number) {
        return std::nullopt;
    }
    return sync::SyncOutcome{*cursor, 0, 0, false};
}

class SharedMarket {
  public:
    SharedMarket(ChainRun& run,
                 const ConfiguredMarket& configured,
                 ChainEndpoints& endpoints,
                 asio::io_context& io)
        : run_{run},
          endpoints_{endpoints},
          io_{io},
          connection_{run.database.connect()},
          setup_{register_and_set_up(configured, run.chain, run.database, connection_)} {
        setup_.report = run.request.report;
        setup_.max_positions = run.request.max_positions;
        setup_.stop = run.request.stop;
    }

    Task<Result<sync::SyncOutcome>> bring_up() {
        const auto target = co_await find_final_target(run_, endpoints_, connection_);
        if (!target) {
            co_return target.error();
        }
        sync::SharedFetch::Worker worker{worker_name(), run_.request.lease_blocks};
        sync::SharedFetch fetch{setup_, connection_, endpoints_.reader(), std::move(worker)};
        std::optional<Result<sync::SyncOutcome>> outcome;
        std::exception_ptr thrown;
        try {
            outcome = co_await fetch_until_there(fetch, target.value());
        } catch (const std::exception&) {
            thrown = std::current_exception();
        }
        // Who leads ends before what it uses does, also when fetching failed.
        ending_ = ending_ || thrown || outcome || run_.is_stopped();
        co_await join();
        if (thrown) {
            std::rethrow_exception(thrown);
        }
        co_return outcome ? *outcome : result();
    }

  private:
    // Empty when the leader has ended, or everything is to stop.
    Task<std::optional<Result<sync::SyncOutcome>>> fetch_until_there(sync::SharedFetch& fetch,
                                                                     sync::SyncTarget target) {
        while (!run_.is_stopped()) {
            if (!lead_) {
                if (const auto outcome = load_outcome(setup_, connection_, target)) {
                    co_return Result<sync::SyncOutcome>{*outcome};
                }
                start_to_lead(target);
            }
            if (ended_) {
                break;
            }
            const auto done = co_await fetch.work();
            if (!done) {
                co_return Result<sync::SyncOutcome>{done.error()};
            }
            if (done.value() == 0) {
                co_await endpoints_.clock().wait(kLook);
            }
        }
        co_return std::nullopt;
    }

    void start_to_lead(const sync::SyncTarget& target) {
        lead_ = try_to_lead(run_);
        if (!lead_) {
            return;
        }
        sync::SyncSetup setup = setup_;
        setup.stop = &ending_;
        lead_->market.emplace(
            std::move(setup), lead_->session.connection(), endpoints_.reader(), lead_->pool);
        asio::co_spawn(io_, lead(run_, *lead_, target), [this](std::exception_ptr error) {
            lead_->thrown = error;
            ended_ = true;
        });
    }

    Task<void> join() {
        while (lead_ && !ended_) {
            ending_ = ending_ || run_.is_stopped();
            co_await endpoints_.clock().wait(kLook);
        }
    }

    [[nodiscard]] Result<sync::SyncOutcome> result() {
        if (lead_ && lead_->thrown) {
            std::rethrow_exception(lead_->thrown);
        }
        if (lead_ && lead_->outcome) {
            return *lead_->outcome;
        }
        const auto cursor = store::MarketWriter{connection_, setup_.market}.load_cursor();
        return sync::SyncOutcome{cursor.value_or(chain::BlockRef{}), 0, 0, true};
    }

    ChainRun& run_;
    ChainEndpoints& endpoints_;
    asio::io_context& io_;
    store::Connection connection_;
    sync::SyncSetup setup_;
    std::unique_ptr<Lead> lead_;
    std::atomic<bool> ending_{false};
    bool ended_ = false;  ///< the leader's work
};

Task<void> share(ChainRun& run, ChainEndpoints& endpoints, asio::io_context& io) {
    const auto reached = co_await reach_chain(endpoints);
    const std::vector<ConfiguredMarket> markets = markets_of(run.config, run.chain);
    for (const ConfiguredMarket& configured : markets) {
        if (!reached) {
            run.results.push_back({configured.config->name, reached.error(), {}});
            co_return;
        }
        SharedMarket market{run, configured, endpoints, io};
        auto outcome = co_await market.bring_up();
        const bool failed = !outcome;
        run.results.push_back({configured.config->name, std::move(outcome), {}});
        if (failed || run.is_stopped()) {
            co_return;
        }
    }
}

// Whoever gets the writer lock; the others leave the books to it.
void keep_books(ChainRun& run) {
    try {
        WriterSession session{run.database, {run.chain.id}};
        book_markets(run, session.connection());
    } catch (const store::StoreError& failure) {
        if (failure.code() != store::StoreErrc::locked) {
            throw;
        }
    }
}

}  // namespace

void run_shared_session(ChainRun& run) {
    run.results.clear();
    run.database.migrate();
    asio::io_context io;
    ChainEndpoints endpoints{io, run.chain, run.request.endpoints};
    std::exception_ptr thrown;
    asio::co_spawn(
        io, share(run, endpoints, io), [&thrown](std::exception_ptr error) { thrown = error; });
    io.run();
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    keep_books(run);
}

}  // namespace redink::app
