#include "indexer/store/database_check.hpp"

#include <pqxx/nontransaction>
#include <pqxx/result>

#include "indexer/store/connection.hpp"

namespace redink::store {
namespace {

constexpr const char* kFacts = R"(
SELECT current_setting('server_version'),
       current_setting('server_encoding'),
       current_setting('max_connections')::int,
       current_setting('fsync') = 'on',
       current_setting('full_page_writes') = 'on',
       current_setting('synchronous_commit') <> 'off',
       pg_is_in_recovery(),
       current_setting('default_transaction_read_only') = 'on',
       has_database_privilege(current_database(), 'CREATE'),
       coalesce((SELECT string_agg(nspname, ', ' ORDER BY nspname) FROM pg_namespace
                 WHERE nspname IN ('redink', 'derived', 'report')
                   AND NOT has_schema_privilege(oid, 'CREATE')), '')
)";

}  // namespace

DatabaseFacts load_database_facts(Connection& connection) {
    DatabaseFacts facts;
    {
        pqxx::nontransaction tx{connection.session()};
        const pqxx::row row = tx.exec1(kFacts);
        facts.version = row[0].as<std::string>();
        facts.encoding = row[1].as<std::string>();
        facts.max_connections = row[2].as<int>();
        facts.fsync = row[3].as<bool>();
        facts.full_page_writes = row[4].as<bool>();
        facts.synchronous_commit = row[5].as<bool>();
        facts.is_standby = row[6].as<bool>();
        facts.is_read_only = row[7].as<bool>();
        facts.can_create_schemas = row[8].as<bool>();
        facts.denied_schemas = row[9].as<std::string>();
    }
    facts.schema = facts.denied_schemas.find("redink") == std::string::npos
                       ? load_schema_state(connection, embedded_sql())
                       : SchemaState::missing;
    return facts;
}

}  // namespace redink::store
