#include "tests/support/synced_chain.hpp"

#include <sstream>
#include <stdexcept>

#include <pqxx/pqxx>

#include "app/node/node_server.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/replayed_market.hpp"

namespace redink::test {
namespace {

std::string booked(const Recorded& recorded) {
    std::string fresh = fresh_database();
    if (sync_recorded(recorded, fresh).has_error()) {
        throw std::runtime_error{"the recorded chain was not read in"};
    }
    return fresh;
}

}  // namespace

app::Config config_of(const Recorded& recorded,
                      const std::vector<std::string>& endpoints,
                      const std::string& url,
                      app::ProofLevel level) {
    const nlohmann::json meta = read_json(recorded.folder + "/meta.json");
    app::Config config;
    config.database.url = url;
    app::ChainConfig chain;
    chain.name = "recording";
    chain.id = meta["chainId"].get<std::uint64_t>();
    for (const std::string& endpoint : endpoints) {
        chain.endpoints.push_back(rpc::Url::parse(endpoint).value());
    }
    chain.proof = level;
    config.chains.push_back(chain);
    app::MarketConfig market;
    market.name = "m";
    market.protocol = "aave-v3";
    market.chain = chain.name;
    market.address =
        chain::Address::parse(meta["contracts"]["addressesProvider"].get<std::string>()).value();
    market.from_block = chain::BlockNumber{meta["deployBlock"].get<std::uint64_t>()};
    if (!recorded.version.empty()) {
        market.version = recorded.version;
    }
    config.markets.push_back(market);
    return config;
}

Recorded recorded_v36() {
    return {REDINK_TEST_DATA "/chains/aave-v3", ""};
}

Recorded recorded_v30() {
    return {REDINK_TEST_DATA "/chains/aave-v30", "3.0"};
}

Recorded recorded_fronted() {
    return {REDINK_TEST_DATA "/chains/aave-v3-fronted", "3.6"};
}

node::NodeOptions serving(const Recorded& recorded, const RunOptions& options) {
    node::NodeOptions node;
    node.files = {recorded.folder};
    node.port = 0;
    node.faults = options.faults;
    node.traits.max_logs = options.max_logs;
    node.traits.max_range = options.max_range;
    return node;
}

Result<sync::SyncOutcome> sync_recorded(const Recorded& recorded,
                                        const std::string& url,
                                        const RunOptions& options) {
    node::NodeServer node{serving(recorded, options)};
    return sync_from(node.url(), recorded, url, options);
}

Result<sync::SyncOutcome> sync_from(const std::string& endpoint,
                                    const Recorded& recorded,
                                    const std::string& url,
                                    const RunOptions& options) {
    return sync_from(std::vector<std::string>{endpoint}, recorded, url, options);
}

Result<sync::SyncOutcome> sync_from(const std::vector<std::string>& endpoints,
                                    const Recorded& recorded,
                                    const std::string& url,
                                    const RunOptions& options) {
    app::Config config = config_of(recorded, endpoints, url, options.level);
    if (options.from_block) {
        config.markets.front().from_block = chain::BlockNumber{*options.from_block};
    }
    const app::Database database{config.database, app::DatabaseUse::create};
    app::SyncRequest request;
    request.to = options.to;
    request.to_is_default = false;
    request.max_positions = options.max_positions;
    const rpc::Clock clock{options.speed};
    request.endpoints.clock = &clock;
    if (options.exchange_limit) {
        request.endpoints.http.exchange_limit = *options.exchange_limit;
    }
    return app::run_sync(config, database, request).front().outcome;
}

std::string toml_of(const Recorded& recorded, const std::string& endpoint, const std::string& url) {
    const nlohmann::json meta = read_json(recorded.folder + "/meta.json");
    return "[database]\nurl = \"" + url +
           "\"\n[[chain]]\nname = \"recording\"\nid = " + meta["chainId"].dump() +
           "\nendpoints = [\"" + endpoint +
           "\"]\n[[market]]\nname = \"m\"\nprotocol = \"aave-v3\"\nchain = \"recording\"\n"
           "address = " +
           meta["contracts"]["addressesProvider"].dump() +
           "\nfrom_block = " + meta["deployBlock"].dump() + "\n" +
           (recorded.version.empty() ? "" : "version = \"" + recorded.version + "\"\n");
}

std::vector<std::string> query(const std::string& url, const std::string& sql) {
    pqxx::connection connection{url};
    pqxx::work txn{connection};
    std::vector<std::string> rows;
    for (const auto& row : txn.exec(sql)) {
        std::string text;
        for (const auto& field : row) {
            text += (text.empty() && field.num() == 0 ? "" : "|") + std::string{field.c_str()};
        }
        rows.push_back(text);
    }
    txn.commit();
    return rows;
}

std::vector<Fields> rows_of(const std::string& url, const std::string& sql) {
    std::vector<Fields> rows;
    for (const std::string& line : query(url, sql)) {
        Fields fields;
        std::istringstream text{line + "|"};
        for (std::string field; std::getline(text, field, '|');) {
            fields.push_back(field);
        }
        rows.push_back(fields);
    }
    return rows;
}

const std::string& booked_v36() {
    static const std::string url = booked(recorded_v36());
    return url;
}

const std::string& booked_v30() {
    static const std::string url = booked(recorded_v30());
    return url;
}

std::map<std::string, std::string> digest_derived(const std::string& url,
                                                  std::optional<std::uint64_t> up_to) {
    const std::string where =
        up_to ? " WHERE from_block <= " + std::to_string(*up_to) : std::string{};
    std::map<std::string, std::string> digests;
    for (const std::string& table :
         query(url,
               "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE "
               "nspname = 'derived' AND relkind IN ('r', 'p') AND NOT relispartition AND relname "
               "!~ '^(provisional_|valu)' ORDER BY 1")) {
        digests[table] = query(url,
                               "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' "
                               "ORDER BY t::text COLLATE \"C\")), '') FROM derived." +
                                   table + " t" + where)
                             .front();
    }
    return digests;
}

std::string digest_facts(const std::string& url, std::optional<std::uint64_t> up_to) {
    const std::string last = std::to_string(up_to.value_or(1'000'000'000));
    const auto digest = [&url](const std::string& rows) {
        return query(url,
                     "SELECT count(*) || ' ' || coalesce(md5(string_agg(t, E'\\n')), '') FROM (" +
                         rows + ") q(t)")
            .front();
    };
    return digest("SELECT b::text FROM redink.block b WHERE number <= " + last +
                  " ORDER BY number, fork") +
           " " +
           digest("SELECT l::text FROM redink.log l WHERE block_number <= " + last +
                  " ORDER BY block_number, fork, log_index");
}

}  // namespace redink::test
