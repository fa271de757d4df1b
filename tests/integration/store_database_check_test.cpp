#include <doctest/doctest.h>
#include <pqxx/nontransaction>

#include "indexer/store/connection.hpp"
#include "indexer/store/database_check.hpp"
#include "indexer/store/migrations.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/synced_chain.hpp"

namespace redink::store {
namespace {

void set(Connection& connection, const char* sql) {
    pqxx::nontransaction tx{connection.session()};
    tx.exec(sql);
}

}  // namespace

TEST_CASE("a new database is described, and nothing is changed in it") {
    Connection connection{test::fresh_database()};
    const DatabaseFacts facts = load_database_facts(connection);
    CHECK(std::stoi(facts.version) >= 15);
    CHECK(facts.encoding == "UTF8");
    CHECK(facts.max_connections > 0);
    CHECK(facts.can_create_schemas);
    CHECK(facts.denied_schemas.empty());
    CHECK_FALSE(facts.is_standby);
    CHECK_FALSE(facts.is_read_only);
    CHECK(facts.schema == SchemaState::missing);
    migrate(connection, embedded_sql());
    CHECK(load_database_facts(connection).schema == SchemaState::current);
}

TEST_CASE("session settings and missing rights show") {
    const std::string url = test::fresh_database();
    Connection owner{url};
    migrate(owner, embedded_sql());
    test::query(url, "DROP ROLE IF EXISTS redink_check_test");
    test::query(url, "CREATE ROLE redink_check_test LOGIN");
    test::query(url, "GRANT USAGE ON SCHEMA redink TO redink_check_test");
    test::query(url, "GRANT SELECT ON ALL TABLES IN SCHEMA redink TO redink_check_test");
    {
        Connection other{url};
        set(other, "SET synchronous_commit = off");
        set(other, "SET default_transaction_read_only = on");
        const DatabaseFacts facts = load_database_facts(other);
        CHECK_FALSE(facts.synchronous_commit);
        CHECK(facts.is_read_only);
    }
    {
        Connection other{url};
        set(other, "SET ROLE redink_check_test");
        const DatabaseFacts facts = load_database_facts(other);
        CHECK_FALSE(facts.can_create_schemas);
        CHECK(facts.denied_schemas == "derived, redink, report");
    }
}

}  // namespace redink::store
