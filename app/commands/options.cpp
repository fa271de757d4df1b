#include "app/commands/options.hpp"

#include <algorithm>
#include <ostream>

#include <CLI/CLI.hpp>

#include "accounting/money/invariant.hpp"
#include "app/commands/word_choice.hpp"
#include "app/config/near_miss.hpp"
#include "indexer/store/errors.hpp"

namespace redink::app {
namespace {

constexpr const char* kAbout =
    "Rebuilds the positions of lending protocols from an EVM node, to the wei, and keeps books on\n"
    "bad debt.";
constexpr const char* kExitCodes =
    "Exit codes: 0 fine, 1 findings, 2 usage or configuration, 3 environment (node, database),\n"
    "4 internal error. `redink COMMAND --help` tells more about a command.";
constexpr const char* kCommonHint =
    "Common options (see redink --help): --config --database --rpc --market --verbose --quiet "
    "--progress";

// What is not understood where a command should stand, or what CLI11 says.
std::string text_of(const CLI::App& root, const CLI::ParseError& error) {
    const std::vector<std::string> rest = root.remaining();
    if (root.get_subcommands().empty() && !rest.empty() && !rest.front().starts_with('-')) {
        std::vector<std::string_view> names;
        for (const CLI::App* command : root.get_subcommands([](const CLI::App*) { return true; })) {
            names.push_back(command->get_name());
        }
        return "there is no command \"" + rest.front() + "\"" + did_you_mean(rest.front(), names) +
               "; accepted: " + listed(names);
    }
    std::string text = error.what();
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

void tell_usage(const CLI::App& root, const CLI::ParseError& error, const Console& console) {
    const std::string text = text_of(root, error);
    console.print_error(store::without_passwords(text) + "\nredink --help shows what there is");
}

}  // namespace

ConfigRequest CommonOptions::request(ConfigScope scope) const {
    ConfigRequest request;
    request.file = config;
    request.file_is_given = config_is_given;
    request.scope = scope;
    request.overrides.database = database;
    if (scope == ConfigScope::everything) {
        request.overrides.rpc = rpc;
        request.overrides.markets = markets;
    }
    return request;
}

CommandLine::CommandLine() : root_{std::make_unique<CLI::App>(kAbout, "redink")} {
    root_->require_subcommand(0, 1);
    root_->fallthrough();
    root_->footer(kExitCodes);
    add_common_options();
}

CommandLine::~CommandLine() = default;

void CommandLine::add_common_options() {
    root_->add_option("--config", common_.config, "configuration file")
        ->envname("REDINK_CONFIG")
        ->type_name("FILE")
        ->default_str("./redink.toml");
    root_->add_option("--database", common_.database, "PostgreSQL to use, over the file")
        ->envname("REDINK_DATABASE")
        ->type_name("URL");
    root_->add_option("--rpc", common_.rpc, "node to ask, over the file (repeatable)")
        ->envname("REDINK_RPC")
        ->type_name("URL")
        ->delimiter(' ')
        ->allow_extra_args(false);
    root_->add_option("--market", common_.markets, "only this market (repeatable)")
        ->envname("REDINK_MARKET")
        ->type_name("NAME")
        ->delimiter(' ')
        ->allow_extra_args(false);
    auto* verbose =
        root_->add_flag("--verbose", common_.verbose, "tell more")->envname("REDINK_VERBOSE");
    root_->add_flag("--quiet", common_.quiet, "tell errors only")
        ->envname("REDINK_QUIET")
        ->excludes(verbose);
    root_->add_option("--progress", common_.progress, "auto, plain or none")
        ->envname("REDINK_PROGRESS")
        ->type_name("MODE")
        ->default_str("auto")
        ->transform(word_choice<ProgressMode>({{"auto", ProgressMode::automatic},
                                               {"plain", ProgressMode::plain},
                                               {"none", ProgressMode::none}}));
}

CLI::App& CommandLine::add_command(const CommandText& text, Action action) {
    return add_command(*root_, text, std::move(action));
}

CLI::App& CommandLine::add_command(CLI::App& parent, const CommandText& text, Action action) {
    CLI::App* command = parent.add_subcommand(text.name, text.summary);
    command->footer((text.examples.empty() ? "" : "Examples:\n" + text.examples + "\n\n") +
                    kCommonHint);
    command->callback([this, action = std::move(action)] { chosen_ = action; });
    return *command;
}

CLI::App& CommandLine::add_group(const CommandText& text) {
    CLI::App* group = root_->add_subcommand(text.name, text.summary);
    group->require_subcommand(1);
    return *group;
}

ExitCode CommandLine::parse_and_run(std::vector<std::string> arguments, const Console& console) {
    std::reverse(arguments.begin(), arguments.end());
    try {
        root_->parse(std::move(arguments));
    } catch (const CLI::CallForHelp& help) {
        root_->exit(help, console.out, console.err);
        return ExitCode::fine;
    } catch (const CLI::ParseError& error) {
        tell_usage(*root_, error, console);
        return ExitCode::usage;
    }
    if (!chosen_) {
        console.out << root_->help();
        return ExitCode::usage;
    }
    common_.config_is_given = root_->count("--config") > 0;
    return chosen_(common_, console);
}

ExitCode CommandLine::run(std::vector<std::string> arguments, const Console& console) {
    try {
        return parse_and_run(std::move(arguments), console);
    } catch (const std::exception& failure) {
        return explain(failure, console);
    }
}

ExitCode explain(const std::exception& failure, const Console& console) {
    if (dynamic_cast<const InvariantBroken*>(&failure) != nullptr) {
        console.print_error(std::string{"redink is wrong: "} + failure.what() +
                            ". Nothing was committed; please report this.");
        return ExitCode::internal;
    }
    if (store::is_database_error(failure)) {
        const Error told = store::to_error(failure);
        console.print_error(told.text);
        return told.code == make_error_code(store::StoreErrc::raised) ? ExitCode::usage
                                                                      : ExitCode::environment;
    }
    console.print_error(store::without_passwords(failure.what()));
    const bool is_usage = dynamic_cast<const ConfigError*>(&failure) != nullptr ||
                          dynamic_cast<const UsageError*>(&failure) != nullptr ||
                          dynamic_cast<const std::invalid_argument*>(&failure) != nullptr;
    return is_usage ? ExitCode::usage : ExitCode::environment;
}

std::unique_ptr<Progress> make_progress(const CommonOptions& options, const Console& console) {
    const auto now = [] { return std::chrono::steady_clock::now(); };
    return make_progress(options.quiet ? ProgressMode::none : options.progress,
                         {console.err, console.err_is_terminal, terminal_columns()},
                         now);
}

}  // namespace redink::app
