#include "app/commands/prices.hpp"

#include <ostream>

#include <CLI/CLI.hpp>

#include "app/commands/report.hpp"
#include "app/commands/word_choice.hpp"
#include "app/config/address.hpp"
#include "app/config/near_miss.hpp"
#include "app/database.hpp"
#include "app/prices/price_file.hpp"
#include "indexer/chain/hex.hpp"
#include "indexer/store/price_book.hpp"
#include "indexer/store/report_reader.hpp"

namespace redink::app {
namespace {

struct ImportRequest {
    std::string file;
    std::string chain;
    std::string kind;
};

std::uint64_t find_chain(store::PriceBook& book, const std::string& name) {
    if (const auto id = book.find_chain(name)) {
        return *id;
    }
    const std::vector<std::string> known = book.load_chain_names();
    const std::vector<std::string_view> names{known.begin(), known.end()};
    throw UsageError{
        "--chain: there is no chain \"" + name + "\" in this database" + did_you_mean(name, names) +
        "; accepted: " + (names.empty() ? "one that redink sync has begun" : listed(names))};
}

[[noreturn]] void refuse(const std::string& file, const store::UnitClash& clash) {
    throw ConfigError{{{file,
                        0,
                        "unit",
                        "of " + to_checksum(chain::Address{clash.asset.bytes}) + " is \"" +
                            clash.unit + "\", and \"" + clash.known_unit +
                            "\" in what was imported before; accepted: one unit for each asset "
                            "of a kind"}}};
}

ExitCode import_prices(const ImportRequest& request,
                       const CommonOptions& common,
                       const Console& console) {
    const ImportedPrices prices = read_prices(request.file, request.kind);
    const Config config = load_config(common.request(ConfigScope::database));
    const Database database{config.database, DatabaseUse::existing};
    store::Connection connection = database.connect_migrated();
    store::PriceBook book{connection};
    const store::PriceImportResult result =
        book.save({find_chain(book, request.chain),
                   prices.set,
                   prices.digest,
                   std::filesystem::path{request.file}.filename().string()});
    if (result.clash) {
        refuse(request.file, *result.clash);
    }
    if (!common.quiet) {
        console.out << "price set " << chain::to_hex(prices.digest.bytes)
                    << (result.is_new ? ": imported " : ": already there, ")
                    << prices.set.rows.size() << " prices of kind " << request.kind
                    << (result.is_new ? "\n" : "; nothing changed\n");
    }
    return ExitCode::fine;
}

void add_import(CommandLine& line, CLI::App& group) {
    const auto request = std::make_shared<ImportRequest>();
    const auto action = [request](const CommonOptions& common, const Console& console) {
        return import_prices(*request, common, console);
    };
    CLI::App& command = line.add_command(
        group,
        {"import",
         "keep the prices of a CSV file (docs/prices.md); the same file again changes nothing",
         "  redink prices import cex.csv --chain ethereum --kind market\n"
         "  redink prices import depeg.csv --chain ethereum --kind scenario:depeg"},
        action);
    command.add_option("file", request->file, "the CSV file")->type_name("FILE")->required();
    command.add_option("--chain", request->chain, "chain of the tokens, as configured")
        ->type_name("NAME")
        ->required();
    command.add_option("--kind", request->kind, "market, or scenario:NAME")
        ->type_name("KIND")
        ->required();
}

void add_list(CommandLine& line, CLI::App& group) {
    const auto request = std::make_shared<ReportRequest>();
    request->name = "price-sets";
    const auto action = [request](const CommonOptions& common, const Console& console) {
        const Config config = load_config(common.request(ConfigScope::database));
        const Database database{config.database, DatabaseUse::existing};
        store::Connection connection = database.connect_migrated();
        store::ReportReader reader{connection};
        request->markets = common.markets;
        write_report(*request, reader, console);
        return ExitCode::fine;
    };
    CLI::App& command = line.add_command(
        group,
        {"list", "the price sets that were imported", "  redink prices list --format csv"},
        action);
    command.add_option("--format", request->format, "table, csv or json")
        ->type_name("FORMAT")
        ->default_str("table")
        ->transform(word_choice<ReportFormat>({{"table", ReportFormat::table},
                                               {"csv", ReportFormat::csv},
                                               {"json", ReportFormat::json}}));
}

}  // namespace

void add_prices(CommandLine& line) {
    CLI::App& group = line.add_group({"prices", "prices from files: import, list", ""});
    add_import(line, group);
    add_list(line, group);
}

}  // namespace redink::app
