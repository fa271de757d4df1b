#include "app/chain/sync_run.hpp"

#include <chrono>
#include <exception>
#include <mutex>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "app/bookkeeper/book_market.hpp"
#include "app/chain/chain_run.hpp"
#include "app/chain/market_setup.hpp"
#include "app/chain/reconnect.hpp"
#include "app/chain/shared_sync.hpp"
#include "app/commands/options.hpp"
#include "app/writer_session.hpp"
#include "indexer/store/errors.hpp"
#include "indexer/sync/errc.hpp"

namespace redink::app {
namespace {

// Up to the target, then up to the chain's level of proof.
Task<Result<sync::SyncOutcome>> sync_market(ChainRun& run,
                                            sync::MarketSync& market,
                                            sync::SyncTarget target) {
    auto outcome = co_await market.advance(target);
    if (!outcome) {
        co_return outcome;
    }
    if (auto proved = co_await prove_rest(run, market); !proved) {
        co_return proved.error();
    }
    outcome.value().stopped = outcome.value().stopped || run.is_stopped();
    co_return outcome;
}

Task<void> sync_chain(ChainRun& run,
                      ChainEndpoints& endpoints,
                      WriterSession& session,
                      asio::thread_pool& pool) {
    store::Connection& connection = session.connection();
    const std::vector<ConfiguredMarket> markets = markets_of(run.config, run.chain);
    const auto fail_first = [&](const Error& error) {
        run.results.push_back({markets.front().config->name, error, {}});
    };
    if (auto reached = co_await reach_chain(endpoints); !reached) {
        fail_first(reached.error());
        co_return;
    }
    // Only now: a market is registered once an endpoint is known to serve its chain.
    std::vector<sync::SyncSetup> setups;
    for (const ConfiguredMarket& configured : markets) {
        setups.push_back(register_and_set_up(configured, run.chain, run.database, connection));
    }
    const auto target = co_await find_target(run, endpoints, connection);
    if (!target) {
        fail_first(target.error());
        co_return;
    }
    for (sync::SyncSetup& setup : setups) {
        setup.report = run.request.report;
        setup.max_positions = run.request.max_positions;
        setup.stop = run.request.stop;
        const std::string name = setup.spec.name;
        sync::MarketSync market{std::move(setup), connection, endpoints.reader(), pool};
        auto outcome = co_await sync_market(run, market, target.value());
        const bool failed = !outcome;
        run.results.push_back({name, std::move(outcome), {}});
        if (failed || run.is_stopped()) {
            co_return;
        }
    }
}

void run_session(ChainRun& run) {
    run.results.clear();
    WriterSession session{run.database, {run.chain.id}};
    asio::io_context io;
    asio::thread_pool pool{1};
    const auto on_change = [&run](const rpc::EndpointStatus& status) {
        if (!status.reason.empty()) {
            run.note("endpoint " + status.name + " is " + status.state + ": " + status.reason);
        }
    };
    ChainEndpoints endpoints{io, run.chain, run.request.endpoints, on_change};
    std::exception_ptr thrown;
    asio::co_spawn(io,
                   sync_chain(run, endpoints, session, pool),
                   [&thrown](std::exception_ptr error) { thrown = error; });
    io.run();
    pool.join();
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    book_markets(run, session.connection());
}

void run_chain(ChainRun& run) {
    if (run.chain.endpoints.empty()) {
        const auto none = sync::fail(
            sync::SyncErrc::node,
            "chain \"" + run.chain.name + "\" has no endpoints; add some to redink.toml");
        for (const ConfiguredMarket& market : markets_of(run.config, run.chain)) {
            run.results.push_back({market.config->name, none, {}});
        }
        return;
    }
    const ReconnectHooks hooks{run.request.stop,
                               [&run](const std::string& text) { run.note(text); }};
    const auto session = run.request.shared ? run_shared_session : run_session;
    with_reconnect(run.database, hooks, [&run, session] { session(run); });
}

}  // namespace

std::vector<MarketResult> run_sync(const Config& config,
                                   const Database& database,
                                   const SyncRequest& request) {
    std::mutex mutex;
    SyncRequest shared = request;
    shared.report = [&](const sync::SyncStatus& status) {
        const std::lock_guard lock{mutex};
        if (request.report) {
            request.report(status);
        }
    };
    shared.note = [&](const std::string& text) {
        const std::lock_guard lock{mutex};
        if (request.note) {
            request.note(text);
        }
    };
    std::vector<std::unique_ptr<ChainRun>> runs;
    for (const ChainConfig& chain : config.chains) {
        if (!markets_of(config, chain).empty()) {
            runs.push_back(
                std::unique_ptr<ChainRun>{new ChainRun{config, chain, database, shared, {}}});
        }
    }
    std::vector<std::exception_ptr> thrown(runs.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        threads.emplace_back([&, i] {
            try {
                run_chain(*runs[i]);
            } catch (const std::exception&) {
                thrown[i] = std::current_exception();
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    std::vector<MarketResult> results;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (thrown[i]) {
            std::rethrow_exception(thrown[i]);
        }
        for (MarketResult& result : runs[i]->results) {
            results.push_back(std::move(result));
        }
    }
    return results;
}

}  // namespace redink::app
