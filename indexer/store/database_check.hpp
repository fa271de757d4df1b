#pragma once

#include <string>

#include "indexer/store/schema_check.hpp"

namespace redink::store {

/// What matters about a server and a database before anything is written to it.
struct DatabaseFacts {
    std::string version;  ///< as the server names itself, such as "15.4 (Debian 15.4-1)"
    std::string encoding;
    int max_connections = 0;
    bool fsync = true;               ///< off: a crash of the machine can destroy the database
    bool full_page_writes = true;    ///< off: as above
    bool synchronous_commit = true;  ///< off: the last commits can be lost
    bool is_standby = false;         ///< a replica: nothing can be written
    bool is_read_only = false;       ///< default_transaction_read_only is on
    bool can_create_schemas = false;
    std::string denied_schemas;  ///< our schemas in which the user may not make tables, by commas
    SchemaState schema = SchemaState::missing;
};

/// Looks without changing anything. Throws as libpqxx does.
[[nodiscard]] DatabaseFacts load_database_facts(Connection& connection);

}  // namespace redink::store
