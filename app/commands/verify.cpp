#include "app/commands/verify.hpp"

#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>

#include "app/commands/word_choice.hpp"
#include "app/config/load.hpp"
#include "app/database.hpp"
#include "app/failure.hpp"
#include "app/report/report_query.hpp"
#include "app/report/row_writer.hpp"
#include "app/verify/verification_writer.hpp"
#include "app/verify/verify_market.hpp"

namespace redink::app {
namespace {

struct VerifyOptions {
    std::optional<std::uint64_t> at;
    bool records = false;
    ReportFormat format = ReportFormat::table;
};

std::vector<store::MarketRecord> load_wanted(const CommonOptions& common,
                                             const Database& database) {
    store::Connection connection = database.connect_migrated();
    std::vector<store::MarketRecord> wanted;
    const auto all = store::MarketRegistry{connection}.load_markets();
    std::vector<std::string> names;
    for (const store::MarketRecord& record : all) {
        names.push_back(record.name);
    }
    const auto chosen = common.markets.empty() ? names : choose_markets(common.markets, names);
    for (const store::MarketRecord& record : all) {
        if (std::ranges::find(chosen, record.name) != chosen.end()) {
            wanted.push_back(record);
        }
    }
    return wanted;
}

// The endpoints of a market's chain: those of --rpc, else those of the configuration.
std::optional<ChainConfig> chain_for(const Config& config,
                                     const CommonOptions& common,
                                     const store::MarketRecord& market) {
    const auto known = std::ranges::find(config.chains, market.chain_id, &ChainConfig::id);
    if (common.rpc.empty()) {
        return known == config.chains.end() ? std::nullopt : std::optional{*known};
    }
    ChainConfig chain;
    chain.name = market.chain;
    chain.id = market.chain_id;
    for (const std::string& text : common.rpc) {
        const auto url = rpc::Url::parse(text);
        if (!url) {
            throw UsageError{"--rpc: " + url.error().text};
        }
        chain.endpoints.push_back(url.value());
    }
    return chain;
}

// Endpoints are read where there are some and --rpc names no others; markets come from the
// database.
Config load_wanted_config(const CommonOptions& common) {
    const bool has_file = common.config_is_given || std::filesystem::exists(common.config);
    const bool asks = has_file && common.rpc.empty();
    ConfigRequest request = common.request(asks ? ConfigScope::everything : ConfigScope::database);
    request.overrides.markets.clear();
    return load_config(request);
}

std::function<void(const VerifyStatus&)> shown_on(Progress& progress) {
    auto current = std::make_shared<std::string>();
    return [&progress, current](const VerifyStatus& status) {
        if (*current != status.what) {
            progress.begin(status.what);
            *current = status.what;
        }
        progress.update({status.done, status.total, 0});
    };
}

void write(const VerifyOptions& options,
           const CommonOptions& common,
           const Console& console,
           const std::vector<Verification>& all) {
    if (options.format == ReportFormat::json) {
        write_json(console.out, all);
    } else if (common.quiet) {
        write_findings(console.out, all);
    } else {
        write_text(console.out, all);
    }
}

ExitCode run(const VerifyOptions& options, const CommonOptions& common, const Console& console) {
    const Config config = load_wanted_config(common);
    const Database database{config.database, DatabaseUse::existing};
    const auto progress = make_progress(common, console);
    std::vector<Verification> all;
    ExitCode code = ExitCode::fine;
    for (const store::MarketRecord& market : load_wanted(common, database)) {
        const std::optional<ChainConfig> chain = chain_for(config, common, market);
        VerifyRequest request;
        request.chain = chain ? &*chain : nullptr;
        request.keep =
            options.records ? ReconcileRequest::Keep::drift : ReconcileRequest::Keep::nothing;
        request.needs_node = !common.rpc.empty();
        request.report = shown_on(*progress);
        if (options.at) {
            request.at = chain::BlockNumber{*options.at};
        }
        const auto verification = verify_market(market, database, request);
        progress->end();
        if (!verification) {
            console.print_error("market " + market.name + ": " + verification.error().text);
            return exit_code_of(verification.error());
        }
        code = verification.value().discrepancies.empty() ? code : ExitCode::findings;
        all.push_back(verification.value());
    }
    write(options, common, console, all);
    return code;
}

}  // namespace

void add_verify(CommandLine& line) {
    const auto options = std::make_shared<VerifyOptions>();
    CLI::App& command = line.add_command(
        {"verify",
         "check proofs, derived rows, hash chains, the books and the node",
         "  redink verify\n  redink verify --market aave-v3-ethereum --at 19000000\n"
         "  redink verify --rpc http://127.0.0.1:8545 --record\n"
         "  redink verify --format json --quiet\n\n"
         "Exit code 1 when something does not hold; every finding says what, where, both sides "
         "and\n"
         "what to do. Nothing is changed, but for drift with --record."},
        [options](const CommonOptions& common, const Console& console) {
            return run(*options, common, console);
        });
    command
        .add_option("--at",
                    options->at,
                    "block to compare with the node; the last booked one when left out")
        ->type_name("BLOCK");
    command.add_flag("--record",
                     options->records,
                     "keep drift from the node as balance assertions, and stop the market's books");
    command.add_option("--format", options->format, "table or json")
        ->type_name("FORMAT")
        ->default_str("table")
        ->transform(word_choice<ReportFormat>(
            {{"table", ReportFormat::table}, {"json", ReportFormat::json}}));
}

}  // namespace redink::app
