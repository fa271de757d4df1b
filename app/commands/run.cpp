#include "app/commands/run.hpp"

#include <memory>
#include <ostream>
#include <thread>

#include <CLI/CLI.hpp>

#include "app/api/health.hpp"
#include "app/api/metrics.hpp"
#include "app/api/server.hpp"
#include "app/chain/chain_follower.hpp"
#include "app/config/load.hpp"
#include "app/log.hpp"
#include "app/stop_signal.hpp"
#include "indexer/store/migrations.hpp"

namespace redink::app {
namespace {

constexpr std::uint16_t kDefaultPort = 8420;

struct RunOptions {
    std::uint16_t port = kDefaultPort;
};

// A chain's thread, and what it tells.
struct RunningChain {
    std::unique_ptr<ChainState> state;
    std::unique_ptr<ChainFollower> follower;
    std::thread thread;
};

std::vector<std::string> names_of_markets(const Config& config, const ChainConfig& chain) {
    std::vector<std::string> names;
    for (const MarketConfig& market : config.markets) {
        if (market.chain == chain.name) {
            names.push_back(market.name);
        }
    }
    return names;
}

ApiAnswer answer(const std::string& path,
                 const std::vector<RunningChain>& chains,
                 Metrics& metrics) {
    std::vector<ChainHealth> healths;
    if (path == "/healthz") {
        return {200, "application/json", "{\"alive\": true}\n"};
    }
    if (path == "/readyz") {
        for (const RunningChain& chain : chains) {
            healths.push_back(chain.state->health());
        }
        const Readiness readiness = judge_readiness(healths);
        return {readiness.is_ready ? 200U : 503U, "application/json", readiness.json};
    }
    if (path == "/metrics") {
        for (const RunningChain& chain : chains) {
            healths.push_back(chain.state->take_health());
        }
        return {200, "text/plain; version=0.0.4", metrics.to_text(healths)};
    }
    return {404, "text/plain", "there is nothing here; try /healthz, /readyz or /metrics\n"};
}

bool all_have_stopped(const std::vector<RunningChain>& chains) {
    return std::ranges::all_of(chains, [](const RunningChain& chain) {
        const ChainHealth health = chain.state->health();
        const bool markets_have = std::ranges::all_of(health.markets, &MarketHealth::has_stopped);
        return health.has_stopped || markets_have;
    });
}

ExitCode run(const RunOptions& options, const CommonOptions& common, const Console& console) {
    const Config config = load_config(common.request(ConfigScope::everything));
    if (config.markets.empty()) {
        throw UsageError{"no market is configured; add a [[market]] to " + common.config.string() +
                         " (redink init writes an example)"};
    }
    const Database database{config.database, DatabaseUse::create};
    const StopSignal stop;
    Log log{console.err};
    FollowOptions follow;
    follow.stop = &stop.flag();
    follow.note = [&log](const std::string& line) { log.info(line); };
    // The schema first, so that what is wrong with it is told here and now.
    database.migrate();
    std::vector<RunningChain> chains;
    for (const ChainConfig& chain : config.chains) {
        const std::vector<std::string> markets = names_of_markets(config, chain);
        if (markets.empty()) {
            continue;
        }
        RunningChain& running = chains.emplace_back();
        running.state = std::make_unique<ChainState>(chain.name, chain.id, markets);
        running.follower =
            std::make_unique<ChainFollower>(config, chain, database, *running.state, follow);
    }
    Metrics metrics;
    const ApiServer server{options.port,
                           [&](const std::string& path) { return answer(path, chains, metrics); }};
    log.info("event=started chains=" + std::to_string(chains.size()) +
             " address=http://127.0.0.1:" + std::to_string(server.port()) + " database=\"" +
             database.name() + "\"");
    for (RunningChain& chain : chains) {
        chain.thread = std::thread{[&chain] { chain.follower->run(); }};
    }
    bool failed = false;
    while (!stop.flag().load() && !failed) {
        constexpr std::chrono::milliseconds kLook{100};
        std::this_thread::sleep_for(kLook);
        failed = all_have_stopped(chains);
    }
    const bool was_stopped = stop.flag().load();
    for (RunningChain& chain : chains) {
        chain.thread.join();
    }
    log.info(was_stopped ? "event=stopped" : "event=ended reason=\"every chain has stopped\"");
    return was_stopped ? ExitCode::fine : ExitCode::environment;
}

}  // namespace

void add_run(CommandLine& line) {
    const auto options = std::make_shared<RunOptions>();
    CLI::App& command =
        line.add_command({"run",
                          "follow the configured chains to their heads, until stopped",
                          "  redink run\n  redink run --port 9420 --config /etc/redink.toml\n"
                          "  curl -s http://127.0.0.1:8420/readyz"},
                         [options](const CommonOptions& common, const Console& console) {
                             return run(*options, common, console);
                         });
    command.add_option("--port", options->port, "of health and metrics on 127.0.0.1; 0: any")
        ->capture_default_str();
}

}  // namespace redink::app
