#include "indexer/store/schema_check.hpp"

#include <set>
#include <string>

#include <pqxx/nontransaction>
#include <pqxx/result>

#include "indexer/store/connection.hpp"
#include "indexer/store/migrations.hpp"

namespace redink::store {

SchemaState load_schema_state(Connection& connection, std::span<const EmbeddedFile> files) {
    pqxx::nontransaction tx{connection.session()};
    const pqxx::result ledgers = tx.exec(
        "SELECT to_regclass('redink.migration') IS NOT NULL "
        "AND to_regclass('redink.repeatable') IS NOT NULL");
    if (!ledgers[0][0].as<bool>()) {
        return SchemaState::missing;
    }
    std::set<std::string> known;
    for (const EmbeddedFile& file : files) {
        known.insert(sha256_of(file.text));
    }
    std::set<std::string> applied;
    for (const pqxx::row& row : tx.exec("SELECT sha256 FROM redink.migration")) {
        applied.insert(row[0].c_str());
        if (!known.contains(row[0].c_str())) {
            return SchemaState::newer;
        }
    }
    if (applied.empty()) {
        return SchemaState::missing;
    }
    for (const pqxx::row& row : tx.exec("SELECT sha256 FROM redink.repeatable")) {
        applied.insert(row[0].c_str());
    }
    for (const std::string& digest : known) {
        if (!applied.contains(digest)) {
            return SchemaState::behind;
        }
    }
    return SchemaState::current;
}

}  // namespace redink::store
