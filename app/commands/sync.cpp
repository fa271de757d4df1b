#include "app/commands/sync.hpp"

#include <charconv>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "app/chain/sync_run.hpp"
#include "app/config/load.hpp"
#include "app/failure.hpp"
#include "app/stop_signal.hpp"

namespace redink::app {
namespace {

struct SyncOptions {
    std::string to;
    bool shared = false;
    std::uint64_t lease_blocks = sync::SharedFetch::kLeaseBlocks;
};

rpc::BlockId parse_target(const std::string& text) {
    if (text == "finalized") {
        return rpc::BlockTag::finalized;
    }
    if (text == "safe") {
        return rpc::BlockTag::safe;
    }
    if (text == "latest") {
        return rpc::BlockTag::latest;
    }
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        throw UsageError{"--to \"" + text +
                         "\" is not a block; use a number, finalized, safe or latest"};
    }
    return chain::BlockNumber{number};
}

// The progress line of whichever market is at work.
std::function<void(const sync::SyncStatus&)> shown_on(Progress& progress) {
    auto current = std::make_shared<std::string>();
    return [&progress, current](const sync::SyncStatus& status) {
        const std::string what = status.market + " (" + status.phase + ")";
        if (*current != what) {
            progress.begin(what);
            *current = what;
        }
        progress.update({status.done_block - status.first_block + 1,
                         status.last_block - status.first_block + 1,
                         status.logs});
    };
}

// How far the books are, and why not further.
void print_books(const Console& console, const MarketResult& result) {
    const BookOutcome& books = *result.books;
    console.out << result.market << ": booked up to ";
    if (books.booked) {
        console.out << "block " << books.booked->number.value() << ", ";
    } else {
        console.out << "no final block yet, ";
    }
    console.out << books.posted << " entries posted now";
    if (books.reversed > 0) {
        console.out << " (" << books.reversed
                    << " of them take back entries that the derived rows no longer give)";
    }
    console.out << "\n";
}

void print_outcome(const Console& console, const MarketResult& result) {
    const sync::SyncOutcome& outcome = result.outcome.value();
    console.out << result.market << ": block " << outcome.head.number.value() << " "
                << outcome.head.hash.hex() << ", " << outcome.blocks << " blocks and "
                << outcome.logs << " logs indexed now"
                << (outcome.stopped ? "; stopped before the end, run again to go on" : "") << "\n";
}

// What --verbose tells before the work: where from, where to, how far proved. No secrets.
void print_plan(const Config& config, const Database& database, const Console& console) {
    console.err << "database: " << database.name() << "\n";
    for (const MarketConfig& market : config.markets) {
        const ChainConfig& chain = chain_of(config, market);
        console.err << market.name << ": chain " << chain.name << " (id " << chain.id << "), proof "
                    << to_text(chain.proof) << ", from block " << market.from_block.value()
                    << ", endpoints";
        for (const rpc::Url& endpoint : chain.endpoints) {
            console.err << " " << endpoint.name();
        }
        console.err << "\n";
    }
}

ExitCode run(const SyncOptions& options, const CommonOptions& common, const Console& console) {
    SyncRequest request;
    request.to_is_default = options.to.empty();
    request.to =
        options.to.empty() ? rpc::BlockId{rpc::BlockTag::finalized} : parse_target(options.to);
    request.shared = options.shared;
    request.lease_blocks = options.lease_blocks;
    const Config config = load_config(common.request(ConfigScope::everything));
    if (config.markets.empty()) {
        throw UsageError{"no market is configured; add a [[market]] to " + common.config.string() +
                         " (redink init writes an example)"};
    }
    const Database database{config.database, DatabaseUse::create};
    if (common.verbose) {
        print_plan(config, database, console);
    }
    const StopSignal stop;
    const auto progress = make_progress(common, console);
    request.stop = &stop.flag();
    request.report = shown_on(*progress);
    request.note = [&progress](const std::string& line) { progress->note(line); };
    const std::vector<MarketResult> results = run_sync(config, database, request);
    progress->end();
    ExitCode code = ExitCode::fine;
    for (const MarketResult& result : results) {
        if (!result.outcome) {
            console.print_error("market " + result.market + ": " + result.outcome.error().text);
            code = code == ExitCode::fine ? exit_code_of(result.outcome.error()) : code;
        } else if (!common.quiet) {
            print_outcome(console, result);
            if (result.books) {
                print_books(console, result);
            }
        }
        if (result.books && result.books->waits && !stop.flag().load()) {
            console.print_error("market " + result.market +
                                ": its books wait, run again to go on: " + *result.books->waits);
            code = code == ExitCode::fine ? ExitCode::environment : code;
        }
        if (result.books && result.books->halt) {
            console.print_error("market " + result.market + ": its books stop after block " +
                                std::to_string(result.books->halt->block.value()) + ": " +
                                result.books->halt->reason);
            code = code == ExitCode::fine ? ExitCode::findings : code;
        }
    }
    return code;
}

}  // namespace

void add_sync(CommandLine& line) {
    const auto options = std::make_shared<SyncOptions>();
    CLI::App& command = line.add_command(
        {"sync",
         "index the configured markets up to a block, then exit",
         "  redink sync\n  redink sync --to 19000000 --market aave-v3-ethereum\n"
         "  redink sync --to latest --rpc http://127.0.0.1:8545\n"
         "  redink sync --workers-join\n\n"
         "Prices that no event tells are asked of the protocol's oracle by eth_call, "
         "once for\n"
         "each valuation of the books (an hour apart when left as it is), and kept."},
        [options](const CommonOptions& common, const Console& console) {
            return run(*options, common, console);
        });
    command.add_option(
        "--to", options->to, "last block: a number, finalized (default), safe or latest");
    command.add_flag("--workers-join",
                     options->shared,
                     "share the backfill with other processes that say the same");
    // Not in the help: the usual fits, but where a chain is very short.
    command.add_option("--lease-blocks", options->lease_blocks)
        ->check(CLI::PositiveNumber)
        ->group("");
}

}  // namespace redink::app
