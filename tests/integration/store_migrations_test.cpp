#include <thread>

#include <doctest/doctest.h>
#include <pqxx/nontransaction>

#include "indexer/store/connection.hpp"
#include "indexer/store/errors.hpp"
#include "indexer/store/migrations.hpp"
#include "tests/support/postgres_fixture.hpp"

using namespace redink;
using store::Connection;
using store::EmbeddedFile;
using store::MigrationReport;

namespace {

using Files = std::vector<EmbeddedFile>;
using Paths = std::vector<std::string>;

const EmbeddedFile kFirst{"migrations/0001_first.sql", "CREATE TABLE a (x integer);"};
const EmbeddedFile kSecond{"migrations/0002_second.sql",
                           "CREATE FUNCTION two() RETURNS text LANGUAGE plpgsql AS $$\n"
                           "BEGIN\n  RETURN 'a;b[c]\\d';\nEND;\n$$;\n"
                           "INSERT INTO a VALUES (2);"};
const EmbeddedFile kView{"migrations/report/a.sql", "CREATE OR REPLACE VIEW v AS SELECT x FROM a;"};
const EmbeddedFile kOnView{"indexer/protocols/b/report.sql",
                           "CREATE OR REPLACE VIEW w AS SELECT x FROM v;"};

std::string ask(Connection& connection, const std::string& sql) {
    pqxx::nontransaction tx{connection.session()};
    return tx.exec(sql)[0][0].c_str();
}

std::string refusal(Connection& connection, const Files& files) {
    try {
        migrate(connection, files);
    } catch (const store::StoreError& error) {
        CHECK(error.code() == store::StoreErrc::migration);
        return error.what();
    }
    return "";
}

bool says(const std::string& text, std::string_view part) {
    CAPTURE(text);
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("numbered files are applied in order, once") {
    Connection connection{test::fresh_database()};
    const MigrationReport done = migrate(connection, Files{kSecond, kFirst});
    CHECK(done.version == 2);
    CHECK(done.applied == Paths{"migrations/0001_first.sql", "migrations/0002_second.sql"});
    CHECK(ask(connection, "SELECT two()") == "a;b[c]\\d");
    CHECK(ask(connection,
              "SELECT string_agg(version || name, ' ' ORDER BY version) "
              "FROM redink.migration WHERE length(sha256) = 64") ==
          "10001_first.sql 20002_second.sql");
    const MigrationReport again = migrate(connection, Files{kFirst, kSecond});
    CHECK_FALSE(again.changed());
    CHECK(again.version == 2);
    CHECK(ask(connection, "SELECT count(*) FROM a") == "1");
}

TEST_CASE("a later file is applied to a schema that has the earlier ones") {
    Connection connection{test::fresh_database()};
    migrate(connection, Files{kFirst});
    CHECK(migrate(connection, Files{kFirst, kSecond}).applied == Paths{std::string{kSecond.path}});
}

TEST_CASE("a file that fails leaves nothing, and the files before it stay") {
    Connection connection{test::fresh_database()};
    const EmbeddedFile broken{"migrations/0002_broken.sql",
                              "CREATE TABLE b (y integer);\nSELEC 1;"};
    const std::string text = refusal(connection, {kFirst, broken});
    CHECK(says(text, "migrations/0002_broken.sql failed"));
    CHECK(says(text, "LINE 2"));
    CHECK(ask(connection, "SELECT to_regclass('a') IS NOT NULL") == "t");
    CHECK(ask(connection, "SELECT to_regclass('b') IS NULL") == "t");
    CHECK(migrate(connection, Files{kFirst, kSecond}).version == 2);
}

TEST_CASE("an applied file that changed is refused") {
    Connection connection{test::fresh_database()};
    migrate(connection, Files{kFirst});
    const EmbeddedFile edited{kFirst.path, "CREATE TABLE a (x bigint);"};
    CHECK(says(refusal(connection, {edited}), "was changed after it had been applied"));
}

TEST_CASE("a database that a newer program migrated is refused") {
    Connection connection{test::fresh_database()};
    migrate(connection, Files{kFirst, kSecond});
    const std::string text = refusal(connection, {kFirst});
    CHECK(says(text, "newer redink"));
    CHECK(says(text, "schema version 2"));
}

TEST_CASE("files out of order, of unknown origin or with one number are refused") {
    Connection connection{test::fresh_database()};
    const EmbeddedFile twin{"migrations/0001_twin.sql", "SELECT 1"};
    CHECK(says(refusal(connection, {kFirst, twin}), "same number"));
    const EmbeddedFile third{"migrations/0003_third.sql", "SELECT 1"};
    migrate(connection, Files{kFirst, third});
    CHECK(says(refusal(connection, {kFirst, kSecond, third}), "higher number"));
    const EmbeddedFile fourth{"migrations/0004_fourth.sql", "SELECT 1"};
    CHECK(says(refusal(connection, {kFirst, fourth}), "does not know"));
}

TEST_CASE("a file that ends its own transaction is refused") {
    Connection connection{test::fresh_database()};
    const EmbeddedFile commits{"migrations/0001_commits.sql", "CREATE TABLE c (); COMMIT;"};
    CHECK(says(refusal(connection, {commits}), "ends its own transaction"));
}

TEST_CASE("repeatable files are applied again when they change, and those after them") {
    Connection connection{test::fresh_database()};
    const MigrationReport first = migrate(connection, Files{kOnView, kFirst, kView});
    CHECK(first.reapplied == Paths{std::string{kView.path}, std::string{kOnView.path}});
    CHECK_FALSE(migrate(connection, Files{kOnView, kFirst, kView}).changed());

    const EmbeddedFile wider{kOnView.path, "CREATE OR REPLACE VIEW w AS SELECT x, 1 AS y FROM v;"};
    CHECK(migrate(connection, Files{kFirst, kView, wider}).reapplied ==
          Paths{std::string{kOnView.path}});

    const EmbeddedFile other{kView.path,
                             "DROP VIEW IF EXISTS v CASCADE; CREATE VIEW v AS SELECT x FROM a;"};
    CHECK(migrate(connection, Files{kFirst, other, wider}).reapplied.size() == 2);
    CHECK(ask(connection, "SELECT count(*) FROM w") == "0");

    CHECK(migrate(connection, Files{kFirst, kSecond, other, wider}).reapplied.size() == 2);
}

TEST_CASE("two programs that migrate at once apply every file once") {
    const std::string url = test::fresh_database();
    const Files files{kFirst, kSecond, kView, kOnView};
    std::vector<MigrationReport> reports(4);
    std::vector<std::thread> programs;
    for (MigrationReport& report : reports) {
        const auto program = [&report, &url, &files] {
            Connection connection{url};
            report = migrate(connection, files);
        };
        programs.emplace_back(program);
    }
    for (std::thread& program : programs) {
        program.join();
    }
    std::size_t applied = 0;
    for (const MigrationReport& report : reports) {
        CHECK(report.version == 2);
        applied += report.applied.size();
    }
    CHECK(applied == 2);
}

TEST_CASE("a role without the right to create finds that there is nothing to do") {
    const std::string url = test::fresh_database();
    Connection owner{url};
    migrate(owner, Files{kFirst});
    pqxx::nontransaction{owner.session()}.exec(
        "CREATE ROLE plain_of_migrations_test LOGIN; GRANT USAGE ON SCHEMA redink TO "
        "plain_of_migrations_test; GRANT SELECT ON ALL TABLES IN SCHEMA redink TO "
        "plain_of_migrations_test");
    std::string plain_url = url;
    plain_url.replace(plain_url.find("redink@"), 6, "plain_of_migrations_test");
    Connection plain{plain_url};
    CHECK_FALSE(migrate(plain, Files{kFirst}).changed());
}
