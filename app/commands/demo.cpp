#include "app/commands/demo.hpp"

#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/chain/sync_run.hpp"
#include "app/commands/report.hpp"
#include "app/failure.hpp"
#include "app/node/node_server.hpp"
#include "app/report/demo_tables.hpp"
#include "app/stop_signal.hpp"

namespace redink::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMarket = "aave-v3-demo";

struct DemoOptions {
    std::string recording = "tests/data/chains/aave-v3";
    std::string data_dir = ".redink/demo";
};

nlohmann::json load_meta(const DemoOptions& options) {
    const fs::path file = fs::path{options.recording} / "meta.json";
    std::ifstream in{file};
    if (!in) {
        throw UsageError{"there is no recording in " + options.recording +
                         "; run this from the project's folder, or name one with --recording"};
    }
    return nlohmann::json::parse(in);
}

Config demo_config(const DemoOptions& options, const nlohmann::json& meta, const std::string& url) {
    Config config;
    config.database.data_dir = options.data_dir;
    ChainConfig chain;
    chain.name = "recording";
    chain.id = meta.at("chainId").get<std::uint64_t>();
    // The port differs from run to run; what is stored of an endpoint is its name.
    chain.endpoints.push_back(rpc::Url::parse(url).value());
    config.chains.push_back(chain);
    MarketConfig market;
    market.name = kMarket;
    market.protocol = "aave-v3";
    market.chain = chain.name;
    market.address =
        chain::Address::parse(meta.at("contracts").at("addressesProvider").get<std::string>())
            .value();
    market.from_block = chain::BlockNumber{meta.at("deployBlock").get<std::uint64_t>()};
    config.markets.push_back(market);
    return config;
}

void print_next_steps(const Console& console,
                      const DemoOptions& options,
                      const Database& database,
                      const std::string& head) {
    const std::string config = (fs::path{options.data_dir} / "redink.toml").generic_string();
    console.out << "\nWhat to try next\n"
                   "  SQL, on the database that this demo filled (it runs while redink runs):\n"
                   "    SELECT * FROM report.bad_debt_at('"
                << kMarket << "', " << head
                << ");\n"
                   "    SELECT account, asset, side, amount FROM report.positions_at('"
                << kMarket
                << "', 400) ORDER BY amount DESC LIMIT 10;\n"
                   "    SELECT * FROM report.bad_debt_history ORDER BY block, log_index;\n"
                   "  The same from the command line, at any block:\n"
                   "    redink report bad-debt --config "
                << config << " --at 300,500," << head
                << "\n"
                   "    redink report solvency --config "
                << config << " --at " << head
                << " --format csv\n"
                   "  A real market: `redink init` writes a redink.toml; give it your node, then\n"
                   "    redink config check && redink sync --to finalized\n"
                   "  Database: "
                << database.name() << "\n";
}

// So that `redink report --config …` finds the demo's database.
void write_config(const DemoOptions& options) {
    const fs::path file = fs::path{options.data_dir} / "redink.toml";
    std::ofstream out{file};
    out << "# Written by redink demo.\n[database]\ndata_dir = \""
        << fs::absolute(options.data_dir).generic_string() << "\"\n";
}

ExitCode run(const DemoOptions& options, const CommonOptions& common, const Console& console) {
    const nlohmann::json meta = load_meta(options);
    node::NodeOptions serving;
    serving.files = {options.recording};
    serving.port = 0;
    const std::string head = std::to_string(meta.at("head").at("number").get<std::uint64_t>());
    const Config empty = demo_config(options, meta, "http://127.0.0.1:1");
    const Database database{empty.database, DatabaseUse::create};
    node::NodeServer server{serving};
    const Config config = demo_config(options, meta, server.url());
    const StopSignal stop;
    const auto progress = make_progress(common, console);
    progress->begin(kMarket);
    SyncRequest request;
    request.to = rpc::BlockTag::latest;
    request.to_is_default = false;
    request.stop = &stop.flag();
    request.report = [&progress](const sync::SyncStatus& status) {
        progress->update({status.done_block - status.first_block + 1,
                          status.last_block - status.first_block + 1,
                          status.logs});
    };
    const std::vector<MarketResult> results = run_sync(config, database, request);
    progress->end();
    const Result<sync::SyncOutcome>& outcome = results.front().outcome;
    if (!outcome) {
        console.print_error(outcome.error().text);
        return exit_code_of(outcome.error());
    }
    write_config(options);
    console.out << "A chain of real Aave v3.6 bytecode, from a JSON-RPC node into PostgreSQL: "
                << "block " << head << ", " << outcome.value().blocks << " blocks and "
                << outcome.value().logs << " logs indexed now.\n";
    store::Connection connection = database.connect();
    print_demo_tables(connection, kMarket, std::stoull(head), console);
    print_next_steps(console, options, database, head);
    return ExitCode::fine;
}

}  // namespace

void add_demo(CommandLine& line) {
    const auto options = std::make_shared<DemoOptions>();
    CLI::App& command =
        line.add_command({"demo",
                          "index the shipped recording and print the reports",
                          "  redink demo\n  redink demo --recording tests/data/chains/aave-v30"},
                         [options](const CommonOptions& common, const Console& console) {
                             return run(*options, common, console);
                         });
    command.add_option("--recording", options->recording, "folder of a recording");
    command.add_option("--data-dir", options->data_dir, "where the demo's database lies");
}

}  // namespace redink::app
