#include "app/commands/rebuild.hpp"

#include <ostream>
#include <set>

#include <CLI/CLI.hpp>

#include "app/bookkeeper/bookkeeper.hpp"
#include "app/config/load.hpp"
#include "app/config/market_spec.hpp"
#include "app/database.hpp"
#include "app/failure.hpp"
#include "app/writer_session.hpp"
#include "indexer/store/migrations.hpp"
#include "indexer/sync/rebuild.hpp"
#include "indexer/sync/stored_market.hpp"

namespace redink::app {
namespace {

Result<std::uint64_t> rebuild(const store::MarketRecord& record,
                              const Database& database,
                              WriterSession& session,
                              Progress& progress) {
    const auto protocol = find_protocol(record.protocol);
    if (protocol == nullptr) {
        throw UsageError{"market \"" + record.name + "\" is of protocol \"" + record.protocol +
                         "\", which this program does not know"};
    }
    store::MarketRegistry registry{session.connection()};
    auto market = sync::open_stored_market(registry, *protocol, to_market_spec(record), record.id);
    if (!market) {
        return market.error();
    }
    store::Connection facts = database.connect();
    progress.begin(record.name + " (derive)");
    const auto logs =
        sync::rebuild_market(record,
                             std::move(market.value()),
                             facts,
                             session.connection(),
                             [&progress](const sync::SyncStatus& status) {
                                 progress.update({status.done_block - status.first_block + 1,
                                                  status.last_block - status.first_block + 1,
                                                  status.logs});
                             });
    if (logs) {
        store::MarketWriter{session.connection(), record}.save_adapter_version(
            protocol->adapter_version());
    }
    return logs;
}

std::vector<store::MarketRecord> load_wanted(const CommonOptions& common,
                                             const Database& database) {
    database.migrate();
    store::Connection connection = database.connect();
    store::MarketRegistry registry{connection};
    if (common.markets.empty()) {
        return registry.load_markets();
    }
    std::vector<store::MarketRecord> wanted;
    for (const std::string& name : common.markets) {
        const auto record = registry.find_market(name);
        if (!record) {
            throw UsageError{"there is no market \"" + name + "\" in " + database.name()};
        }
        wanted.push_back(*record);
    }
    return wanted;
}

ExitCode run(const CommonOptions& common, const Console& console) {
    const Config config = load_config(common.request(ConfigScope::database));
    const Database database{config.database, DatabaseUse::existing};
    const std::vector<store::MarketRecord> wanted = load_wanted(common, database);
    std::set<std::uint64_t> chain_ids;
    for (const store::MarketRecord& record : wanted) {
        chain_ids.insert(record.chain_id);
    }
    WriterSession session{database, std::move(chain_ids)};
    const auto progress = make_progress(common, console);
    for (const store::MarketRecord& record : wanted) {
        const auto logs = rebuild(record, database, session, *progress);
        progress->end();
        if (!logs) {
            console.print_error("market " + record.name + ": " + logs.error().text);
            return exit_code_of(logs.error());
        }
        const auto protocol = find_protocol(record.protocol);
        const BookOutcome books = Bookkeeper{session.connection(), record, *protocol}.advance();
        if (books.reversed > 0) {
            console.out << record.name << ": " << books.reversed
                        << " entries of the books were taken back and posted anew\n";
        }
        if (!common.quiet) {
            console.out << record.name << ": derived again from " << logs.value() << " logs\n";
        }
    }
    return ExitCode::fine;
}

}  // namespace

void add_rebuild(CommandLine& line) {
    line.add_command({"rebuild",
                      "derive positions and reports again from stored logs, without the node",
                      "  redink rebuild\n  redink rebuild --market aave-v3-ethereum"},
                     run);
}

}  // namespace redink::app
