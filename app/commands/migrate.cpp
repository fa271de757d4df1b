#include "app/commands/migrate.hpp"

#include <ostream>

#include <CLI/CLI.hpp>

#include "app/database.hpp"
#include "indexer/store/migrations.hpp"

namespace redink::app {

void add_migrate(CommandLine& line) {
    const auto action = [](const CommonOptions& common, const Console& console) {
        const Config config = load_config(common.request(ConfigScope::database));
        const Database database{config.database, DatabaseUse::create};
        const store::MigrationReport report = database.migrate();
        if (common.quiet) {
            return ExitCode::fine;
        }
        for (const std::string& path : report.applied) {
            console.out << "applied " << path << "\n";
        }
        for (const std::string& path : report.reapplied) {
            console.out << "applied " << path << "\n";
        }
        console.out << database.name()
                    << (report.changed() ? " is now at schema version "
                                         : " was up to date, at schema version ")
                    << report.version << "\n";
        return ExitCode::fine;
    };
    line.add_command(
        {"migrate",
         "make the tables, or bring them up to date",
         "  redink migrate\n  redink migrate --database postgresql://redink@host/redink"},
        action);
}

}  // namespace redink::app
