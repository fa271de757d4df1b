#include <string>
#include <vector>

#include "app/commands/books.hpp"
#include "app/commands/config_check.hpp"
#include "app/commands/demo.hpp"
#include "app/commands/doctor.hpp"
#include "app/commands/init.hpp"
#include "app/commands/migrate.hpp"
#include "app/commands/node.hpp"
#include "app/commands/options.hpp"
#include "app/commands/prices.hpp"
#include "app/commands/rebuild.hpp"
#include "app/commands/report.hpp"
#include "app/commands/run.hpp"
#include "app/commands/sync.hpp"
#include "app/commands/verify.hpp"

int main(int argc, char** argv) {
    using namespace redink::app;
    const Console console = process_console();
    CommandLine line;
    add_demo(line);
    add_init(line);
    add_config_check(line);
    add_doctor(line);
    add_migrate(line);
    add_sync(line);
    add_run(line);
    add_rebuild(line);
    add_verify(line);
    add_report(line);
    add_prices(line);
    add_books(line);
    add_node(line);
    try {
        return static_cast<int>(line.run(std::vector<std::string>{argv + 1, argv + argc}, console));
    } catch (...) {
        console.print_error("something that is no error was thrown; please report it");
        return static_cast<int>(ExitCode::internal);
    }
}
