#include "app/commands/doctor.hpp"

#include <chrono>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "app/doctor/doctor.hpp"
#include "indexer/store/errors.hpp"

namespace redink::app {
namespace {

struct DoctorOptions {
    bool json = false;
};

/// The configuration cannot be used, and so nothing else can be looked at.
Findings to_findings(const ConfigError& error) {
    Findings findings;
    for (const ConfigIssue& issue : error.issues()) {
        findings.push_back(
            {"config", "file", Verdict::fail, store::without_passwords(issue.to_line()), ""});
    }
    return findings;
}

void print(const Findings& findings, const DoctorOptions& options, const Console& console) {
    if (options.json) {
        write_json(findings, console.out);
        return;
    }
    const bool coloured = console.out_is_terminal && console.has_colours;
    write_text(findings, coloured ? Colours::on : Colours::off, console.out);
}

/// What stands on the screen with --quiet: what must be mended.
Findings without_fine(const Findings& findings) {
    Findings kept;
    for (const Finding& finding : findings) {
        if (finding.verdict == Verdict::fail) {
            kept.push_back(finding);
        }
    }
    return kept;
}

ExitCode run_doctor(const CommonOptions& common,
                    const DoctorOptions& options,
                    const Console& console) {
    std::optional<Config> config;
    try {
        config = load_config(common.request(ConfigScope::everything));
    } catch (const ConfigError& error) {
        if (!options.json) {
            throw;
        }
        print(to_findings(error), options, console);
        return ExitCode::usage;
    }
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    const auto now_s = std::chrono::duration_cast<std::chrono::seconds>(since_epoch).count();
    const Diagnosis diagnosis = diagnose(*config, {}, static_cast<std::uint64_t>(now_s));
    const bool is_short = common.quiet && !options.json;
    print(is_short ? without_fine(diagnosis.findings) : diagnosis.findings, options, console);
    if (!diagnosis.database_answered && !diagnosis.endpoint_answered) {
        return ExitCode::environment;
    }
    return worst_of(diagnosis.findings) == Verdict::fail ? ExitCode::findings : ExitCode::fine;
}

}  // namespace

void add_doctor(CommandLine& line) {
    const auto options = std::make_shared<DoctorOptions>();
    const auto action = [options](const CommonOptions& common, const Console& console) {
        return run_doctor(common, *options, console);
    };
    CLI::App& command = line.add_command(
        {"doctor",
         "check configuration, database and endpoints, and say what to mend",
         "  redink doctor\n  redink doctor --rpc http://127.0.0.1:8545\n  redink doctor --json"},
        action);
    command.add_flag("--json", options->json, "findings as JSON, for programs");
}

}  // namespace redink::app
