#include "app/commands/report.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <ostream>

#include <CLI/CLI.hpp>

#include "app/commands/word_choice.hpp"
#include "app/database.hpp"
#include "app/report/block_list.hpp"
#include "app/report/policy_sensitivity.hpp"
#include "app/report/report_query.hpp"
#include "app/report/trail_writer.hpp"
#include "indexer/store/market_registry.hpp"

namespace redink::app {
namespace {

// Who reads our output has enough (`| head`).
class ReaderGone : public std::exception {};

void check_output(std::ostream& out) {
    if (out.good()) {
        return;
    }
    if (errno == EPIPE) {
        throw ReaderGone{};
    }
    throw std::runtime_error{std::string{"cannot write the report: "} + std::strerror(errno)};
}

std::size_t index_of(const std::vector<store::ReportColumn>& columns, std::string_view name) {
    const auto is_it = [name](const store::ReportColumn& column) { return column.name == name; };
    return static_cast<std::size_t>(std::find_if(columns.begin(), columns.end(), is_it) -
                                    columns.begin());
}

// One report over markets and blocks.
class ReportRun {
  public:
    ReportRun(const ReportRequest& request, store::ReportReader& reader, const Console& console)
        : request_{request},
          spec_{find_report(request.name)},
          filter_{check_filter(spec_, {request.account, request.asset, request.kind})},
          reader_{reader},
          console_{console} {
        if (request.at && *request.at != "head") {
            Result<BlockList> blocks = BlockList::parse(*request.at);
            if (blocks.has_error()) {
                throw UsageError{"--at " + blocks.error().text};
            }
            blocks_ = std::move(blocks).value();
        }
        if (blocks_ && blocks_->size() > 1 && !spec_.at_block) {
            throw UsageError{"--at: report " + request.name +
                             " is a history; accepted: one block, the last to show"};
        }
        if (blocks_ && !spec_.at_block && spec_.block_column.empty()) {
            throw UsageError{"--at: report " + request.name + " tells the present only"};
        }
    }

    void run() {
        writer_ = make_writer();
        if (spec_.of_chain && request_.markets.empty()) {
            run_chains({});
        } else {
            const auto markets = choose_markets(request_.markets, reader_.load_market_names());
            std::for_each(markets.begin(), markets.end(), [this](const std::string& market) {
                spec_.of_chain ? run_chains(market) : run_market(market);
            });
        }
        writer_->end();
        console_.out.flush();
        check_output(console_.out);
    }

  private:
    [[nodiscard]] std::unique_ptr<RowWriter> make_writer() {
        switch (request_.format) {
            case ReportFormat::csv:
                return make_csv_writer(console_.out);
            case ReportFormat::json:
                return make_json_writer(console_.out);
            case ReportFormat::table:
                break;
        }
        return make_table_writer(console_.out,
                                 {console_.out_is_terminal && !request_.is_raw,
                                  request_.name,
                                  request_.is_raw ? nullptr : &decimals_});
    }

    [[nodiscard]] std::uint64_t load_head(const std::string& market) {
        const std::optional<std::uint64_t> head = reader_.load_head(market);
        if (!head) {
            throw UsageError{"market \"" + market + "\" is not indexed yet; redink sync does it"};
        }
        return *head;
    }

    // The chain of a market, or every chain.
    void run_chains(const std::string& market) {
        if (!blocks_) {
            load_rows({market, {}, {}, {}});
            return;
        }
        blocks_->for_each([this, &market](std::uint64_t block) {
            load_rows({market, block, {}, {}});
        });
    }

    void run_market(const std::string& market) {
        const std::uint64_t head = load_head(market);
        if (!blocks_) {
            run_block(market, head);
            return;
        }
        blocks_->for_each([this, &market](std::uint64_t block) { run_block(market, block); });
    }

    void run_block(const std::string& market, std::uint64_t block) {
        if (request_.format == ReportFormat::table && !request_.is_raw) {
            load_decimals(market, block);
        }
        load_rows({market, block, filter_.account, filter_.asset, filter_.kind});
    }

    void load_rows(const store::ReportQuery& query) {
        const auto columns = [this](const std::vector<store::ReportColumn>& found) {
            writer_->begin(found);
        };
        const auto row = [this](const store::ReportRow& found) {
            writer_->row(found);
            check_output(console_.out);
        };
        if (&spec_ != &sensitivity_spec()) {
            reader_.load(spec_, query, columns, row);
            return;
        }
        store::Connection& connection = reader_.connection();
        const auto market = store::MarketRegistry{connection}.find_market(query.market);
        columns(sensitivity_columns());
        for (const store::ReportRow& computed : load_sensitivity(connection, *market, query)) {
            row(computed);
        }
    }

    // Tokens that the market lends, with their decimals where they are known.
    void load_decimals(const std::string& market, std::uint64_t block) {
        std::size_t asset = 0;
        std::size_t decimals = 0;
        const auto columns = [&asset, &decimals](const std::vector<store::ReportColumn>& found) {
            asset = index_of(found, "asset");
            decimals = index_of(found, "decimals");
        };
        const auto row = [this, &asset, &decimals](const store::ReportRow& found) {
            if (found.at(asset) && found.at(decimals)) {
                const std::string& text = *found.at(decimals);
                unsigned number = 0;
                std::from_chars(text.data(), text.data() + text.size(), number);
                decimals_[*found.at(asset)] = number;
            }
        };
        reader_.load(find_report("reserves"), {market, block, {}, {}}, columns, row);
    }

    const ReportRequest& request_;
    const store::ReportSpec& spec_;
    ReportFilter filter_;
    store::ReportReader& reader_;
    const Console& console_;
    std::optional<BlockList> blocks_;
    TokenDecimals decimals_;
    std::unique_ptr<RowWriter> writer_;
};

std::string examples_and_names() {
    std::string text =
        "  redink report bad-debt\n"
        "  redink report bad-debt-views --kind scenario:depeg --at 17000000\n"
        "  redink report positions --account 0x… --at 17000000\n"
        "  redink report reserves --at 17000000..18000000/100000 --format csv\n"
        "  redink report journal --entry 0x3f1c90aa\n\nReports:";
    const auto add = [&text](const store::ReportSpec& spec) {
        std::string name{spec.name};
        name.resize(20, ' ');
        text += "\n  " + name + std::string{spec.summary};
    };
    std::for_each(store::report_specs().begin(), store::report_specs().end(), add);
    add(sensitivity_spec());
    return text;
}

// Everything behind one entry instead of a table.
void write_trail(const ReportRequest& request,
                 store::ReportReader& reader,
                 const Console& console) {
    if (request.name != "journal") {
        throw UsageError{"--entry: only report journal has entries"};
    }
    if (request.account || request.asset || request.at || request.format == ReportFormat::csv) {
        throw UsageError{
            "--entry stands alone: no --account, --asset or --at, and no --format but table and "
            "json"};
    }
    const auto markets = choose_markets(request.markets, reader.load_market_names());
    if (markets.size() != 1) {
        throw UsageError{"--entry: name one --market"};
    }
    const std::string trail = reader.load_trail(markets.front(), *request.entry);
    request.format == ReportFormat::json ? write_trail_json(console.out, trail)
                                         : write_trail_text(console.out, trail);
    console.out.flush();
    check_output(console.out);
}

void add_options(CLI::App& command, ReportRequest& request) {
    command.add_option("name", request.name, "which report, see below")->type_name("NAME");
    command.add_option("--account", request.account, "only this account")->type_name("ADDRESS");
    command.add_option("--asset", request.asset, "only this token")->type_name("ADDRESS|SYMBOL");
    command
        .add_option("--at",
                    request.at,
                    "blocks: B, or A,B,C, or A..B/STEP; the last indexed one when left out")
        ->type_name("BLOCKS");
    command
        .add_option("--entry",
                    request.entry,
                    "journal only: everything behind this entry; the beginning of its entry_id")
        ->type_name("ID");
    command.add_option("--kind", request.kind, "of imported prices: market, or scenario:NAME")
        ->type_name("KIND");
    command.add_option("--format", request.format, "table, csv or json")
        ->type_name("FORMAT")
        ->default_str("table")
        ->transform(word_choice<ReportFormat>({{"table", ReportFormat::table},
                                               {"csv", ReportFormat::csv},
                                               {"json", ReportFormat::json}}));
    command.add_flag("--raw",
                     request.is_raw,
                     "tables: plain integers and whole addresses, as csv and json have them");
}

}  // namespace

void write_report(const ReportRequest& request,
                  store::ReportReader& reader,
                  const Console& console) {
    try {
        if (request.entry) {
            write_trail(request, reader, console);
            return;
        }
        ReportRun{request, reader, console}.run();
    } catch (const ReaderGone&) {
        return;
    }
}

void add_report(CommandLine& line) {
    const auto request = std::make_shared<ReportRequest>();
    const auto action = [request](const CommonOptions& common, const Console& console) {
        // A closed pipe is seen as a failed write.
        std::signal(SIGPIPE, SIG_IGN);
        static_cast<void>(find_report(request->name));
        request->markets = common.markets;
        const Config config = load_config(common.request(ConfigScope::database));
        const Database database{config.database, DatabaseUse::existing};
        store::Connection connection = database.connect_migrated();
        store::ReportReader reader{connection};
        write_report(*request, reader, console);
        return ExitCode::fine;
    };
    add_options(line.add_command({"report", "print a report", examples_and_names()}, action),
                *request);
}

}  // namespace redink::app
