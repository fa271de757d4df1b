#include "app/sync_runner.hpp"

#include <chrono>
#include <exception>
#include <functional>
#include <random>
#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "app/commands/options.hpp"
#include "app/config/market_spec.hpp"
#include "app/writer_session.hpp"
#include "indexer/rpc/client.hpp"
#include "indexer/store/errors.hpp"
#include "indexer/sync/errc.hpp"

namespace redink::app {
namespace {

sync::ProofLevel level_of(const ChainConfig& chain) {
    switch (chain.proof) {
        case ProofLevel::headers:
            return sync::ProofLevel::headers;
        case ProofLevel::bloom:
            return sync::ProofLevel::bloom;
        case ProofLevel::receipts:
            return sync::ProofLevel::receipts;
        case ProofLevel::second_source:
            break;
    }
    throw UsageError{"chain \"" + chain.name +
                     "\": this version cannot prove by a second source yet; set proof = "
                     "\"receipts\", which proves more"};
}

// Another endpoint may do better: it does not answer, lags, or lies.
bool is_endpoint_fault(const Error& error) {
    return error.code.category() == rpc::rpc_category() ||
           error.code == make_error_code(sync::SyncErrc::lie) ||
           error.code == make_error_code(sync::SyncErrc::node) ||
           error.code == make_error_code(sync::SyncErrc::not_reached);
}

Task<rpc::CallResult<rpc::BlockId>> target_of(sync::NodeReader& reader,
                                              const ChainConfig& chain,
                                              const SyncRequest& request) {
    if (!request.to_is_default || !chain.finality.depth) {
        co_return request.to;
    }
    const auto head = co_await reader.fetch_header(rpc::BlockTag::latest);
    if (!head) {
        co_return rpc::CallError{head.error(), std::nullopt, 0, std::nullopt};
    }
    const std::uint64_t height = head.value().number.value();
    const std::uint64_t depth = std::min(height, *chain.finality.depth);
    co_return rpc::BlockId{chain::BlockNumber{height - depth}};
}

// A market is registered only once the endpoint is known to serve its chain.
Task<void> sync_on(std::function<sync::SyncSetup()> make_setup,
                   store::Connection& connection,
                   sync::NodeReader& reader,
                   asio::thread_pool& pool,
                   const ChainConfig& chain,
                   const SyncRequest& request,
                   std::optional<Result<sync::SyncOutcome>>& outcome) {
    const auto checked = co_await sync::check_chain(reader, chain.name, chain.id);
    if (!checked) {
        outcome = Result<sync::SyncOutcome>{checked.error()};
        co_return;
    }
    const auto to = co_await target_of(reader, chain, request);
    if (!to) {
        outcome = Result<sync::SyncOutcome>{Error{to.error()}};
        co_return;
    }
    sync::SyncSetup setup = make_setup();
    setup.to = to.value();
    sync::MarketSync market{std::move(setup), connection, reader, pool};
    outcome = co_await market.run();
}

// One market on one endpoint.
Result<sync::SyncOutcome> run_on(const std::function<sync::SyncSetup()>& make_setup,
                                 WriterSession& session,
                                 const ChainConfig& chain,
                                 const rpc::Url& endpoint,
                                 const SyncRequest& request) {
    asio::io_context io;
    asio::thread_pool pool{1};
    rpc::ClientOptions options;
    options.seed = std::random_device{}();
    rpc::Client client{io.get_executor(), endpoint, options};
    sync::NodeReader reader{client};
    std::optional<Result<sync::SyncOutcome>> outcome;
    std::exception_ptr thrown;
    asio::co_spawn(io,
                   sync_on(make_setup, session.connection(), reader, pool, chain, request, outcome),
                   [&thrown](std::exception_ptr error) { thrown = error; });
    io.run();
    pool.join();
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    return *outcome;
}

sync::SyncSetup make_setup(const MarketConfig& market,
                           const ChainConfig& chain,
                           const protocols::Protocol& protocol,
                           const Database& database,
                           WriterSession& session,
                           const SyncRequest& request) {
    store::MarketRegistry registry{session.connection()};
    sync::SyncSetup setup;
    setup.protocol = &protocol;
    setup.spec = to_market_spec(market);
    setup.market =
        registry.register_market(to_market_record(market, chain, protocol.adapter_version()));
    setup.level = level_of(chain);
    setup.report = request.report;
    setup.max_positions = request.max_positions;
    setup.stop = request.stop;
    setup.connect = [&database] { return database.connect(); };
    std::vector<store::EventRecord> events;
    for (const protocols::EventSpec& event : protocol.events()) {
        events.push_back({event.topic0,
                          event.topic_count,
                          std::string{event.name},
                          std::string{event.signature}});
    }
    registry.save_events(std::string{protocol.name()}, events);
    return setup;
}

}  // namespace

namespace {

std::vector<MarketResult> sync_markets(const Config& config,
                                       const Database& database,
                                       const SyncRequest& request) {
    std::set<std::uint64_t> chain_ids;
    for (const MarketConfig& market : config.markets) {
        chain_ids.insert(chain_of(config, market).id);
    }
    WriterSession session{database, std::move(chain_ids)};
    std::vector<MarketResult> results;
    for (const MarketConfig& market : config.markets) {
        const ChainConfig& chain = chain_of(config, market);
        const auto protocol = find_protocol(market.protocol);
        const auto setup = [&] {
            return make_setup(market, chain, *protocol, database, session, request);
        };
        Result<sync::SyncOutcome> outcome =
            fail(sync::SyncErrc::node, "chain \"" + chain.name + "\" has no endpoints; add some");
        for (const rpc::Url& endpoint : chain.endpoints) {
            outcome = run_on(setup, session, chain, endpoint, request);
            if (outcome || !is_endpoint_fault(outcome.error())) {
                break;
            }
        }
        results.push_back({market.name, outcome});
        const bool stopped = request.stop != nullptr && request.stop->load();
        if (!outcome || stopped) {
            break;
        }
    }
    return results;
}

}  // namespace

std::vector<MarketResult> run_sync(const Config& config,
                                   const Database& database,
                                   const SyncRequest& request) {
    try {
        return sync_markets(config, database, request);
    } catch (const std::exception& failure) {
        const auto trouble = database.disk_trouble();
        if (!trouble || !store::is_database_error(failure)) {
            throw;
        }
        throw store::StoreError{store::StoreErrc::disk_full,
                                *trouble + " (" + store::to_error(failure).text + ")"};
    }
}

}  // namespace redink::app
