#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "app/commands/console.hpp"
#include "app/config/load.hpp"
#include "app/progress/progress.hpp"

namespace CLI {
class App;
}

namespace redink::app {

/// How the program ends. Scripts depend on it.
enum class ExitCode : int {
    fine = 0,
    findings = 1,     ///< it ran, and something differs
    usage = 2,        ///< command line or configuration
    environment = 3,  ///< database, node, disk
    internal = 4,     ///< a broken invariant: our fault
};

/// The command line asks for something that cannot be; what() says what can.
class UsageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Options that every command understands, from the command line or a REDINK_ variable.
struct CommonOptions {
    std::filesystem::path config = "redink.toml";  ///< --config, REDINK_CONFIG
    bool config_is_given = false;
    std::optional<std::string> database;  ///< --database, REDINK_DATABASE. Secret
    std::vector<std::string> rpc;         ///< --rpc, REDINK_RPC (blanks between). Secret
    std::vector<std::string> markets;     ///< --market, REDINK_MARKET (blanks between)
    bool verbose = false;                 ///< --verbose, REDINK_VERBOSE
    bool quiet = false;                   ///< --quiet, REDINK_QUIET
    ProgressMode progress = ProgressMode::automatic;  ///< --progress, REDINK_PROGRESS

    /// What load_config() needs. Reports select their markets in the database, so `scope` database
    /// leaves them out.
    [[nodiscard]] ConfigRequest request(ConfigScope scope) const;
};

/// What runs when a command was chosen.
using Action = std::function<ExitCode(const CommonOptions&, const Console&)>;

/// How a command shows itself in the help.
struct CommandText {
    std::string name;
    std::string summary;
    std::string examples;  ///< lines for the end of its help
};

/// The program's command line: common options, and the commands that add themselves.
class CommandLine {
  public:
    CommandLine();
    CommandLine(const CommandLine&) = delete;
    CommandLine& operator=(const CommandLine&) = delete;
    ~CommandLine();

    /// Adds a command. Its own options go to the result, into variables that `action` shares.
    CLI::App& add_command(const CommandText& text, Action action);

    /// Adds a command below another one.
    CLI::App& add_command(CLI::App& parent, const CommandText& text, Action action);

    /// Adds a word that only leads to commands below it (`config` of `config check`).
    CLI::App& add_group(const CommandText& text);

    /// Reads the arguments (without the program's name) and runs the command. Every failure is told
    /// on `console` and becomes an exit code, except those that are no std::exception.
    [[nodiscard]] ExitCode run(std::vector<std::string> arguments, const Console& console);

  private:
    void add_common_options();
    [[nodiscard]] ExitCode parse_and_run(std::vector<std::string> arguments,
                                         const Console& console);

    std::unique_ptr<CLI::App> root_;
    CommonOptions common_;
    Action chosen_;
};

/// Tells a failure on `console`; the exit code that it means.
[[nodiscard]] ExitCode explain(const std::exception& failure, const Console& console);

/// Progress as the options ask for it: none with --quiet; on err.
[[nodiscard]] std::unique_ptr<Progress> make_progress(const CommonOptions& options,
                                                      const Console& console);

}  // namespace redink::app
