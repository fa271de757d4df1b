#include <doctest/doctest.h>
#include <pqxx/nontransaction>
#include <pqxx/transaction>

#include "indexer/store/connection.hpp"
#include "indexer/store/errors.hpp"
#include "tests/support/postgres_fixture.hpp"

using namespace redink;
using store::Connection;
using store::StoreErrc;

namespace {

std::string ask(Connection& connection, const std::string& sql) {
    pqxx::nontransaction tx{connection.session()};
    const pqxx::result rows = tx.exec(sql);
    return rows.empty() ? "" : rows[0][0].c_str();
}

StoreErrc code_of(Connection& connection, const std::string& sql) {
    try {
        pqxx::work tx{connection.session()};
        tx.exec(sql);
        tx.commit();
    } catch (const std::exception& error) {
        return store::classify(error);
    }
    return StoreErrc{};
}

std::string opening_error(const std::string& url) {
    try {
        const Connection connection{url};
    } catch (const store::DatabaseUnavailable& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("a session has the settings that queries rely on") {
    Connection connection{test::fresh_database()};
    CHECK(connection.is_open());
    CHECK(ask(connection, "SHOW application_name") == "redink");
    CHECK(ask(connection, "SHOW timezone") == "UTC");
    CHECK(ask(connection, "SHOW bytea_output") == "hex");
    CHECK(ask(connection, "SHOW client_encoding") == "UTF8");
    CHECK(ask(connection, "SELECT '\\x01ff'::bytea") == "\\x01ff");
}

TEST_CASE("the URL may name another application") {
    Connection connection{test::fresh_database() + "&application_name=mine"};
    CHECK(ask(connection, "SHOW application_name") == "mine");
}

TEST_CASE("an unreachable server is named without its password") {
    const std::string text =
        opening_error("postgresql://alice:s3cret%40x@127.0.0.1:1/books?connect_timeout=2");
    CHECK(text.find("127.0.0.1") != std::string::npos);
    CHECK(text.find("port 1,") != std::string::npos);
    CHECK(text.find("\"books\"") != std::string::npos);
    CHECK(text.find("\"alice\"") != std::string::npos);
    CHECK(text.find("check that the server runs") != std::string::npos);
    CHECK(text.find("s3cret") == std::string::npos);
}

TEST_CASE("a URL that cannot be read is not quoted") {
    for (const char* url : {"postgresql://alice:s3cret%zz@host/db",
                            "postgresql://alice:s3cret@host:port:1/db",
                            "host=h password s3cret=",
                            "postgresql://alice:s3[cret@[::1/db"}) {
        CAPTURE(url);
        const std::string text = opening_error(url);
        CHECK_FALSE(text.empty());
        CHECK(text.find("cret") == std::string::npos);
    }
}

TEST_CASE("a missing database is named with the remedy") {
    std::string url = test::maintenance_database();
    url.replace(url.find("/postgres?"), 10, "/nowhere?");
    const std::string text = opening_error(url);
    CHECK(text.find("\"nowhere\"") != std::string::npos);
    CHECK(text.find("createdb") != std::string::npos);
}

TEST_CASE("a session that was ended is lost and does not come back by itself") {
    const std::string url = test::fresh_database();
    Connection victim{url};
    Connection killer{url};
    const std::string pid = ask(victim, "SELECT pg_backend_pid()");
    ask(killer, "SELECT pg_terminate_backend(" + pid + ", 5000)");
    CHECK(code_of(victim, "SELECT 1") == StoreErrc::connection_lost);
    CHECK_FALSE(victim.is_open());
    CHECK(code_of(victim, "SELECT 1") == StoreErrc::connection_lost);
    Connection again{url};
    CHECK(ask(again, "SELECT 1") == "1");
}

TEST_CASE("errors of the server are classified") {
    Connection connection{test::fresh_database()};
    ask(connection, "CREATE TABLE t (a integer PRIMARY KEY)");
    ask(connection, "CREATE ROLE reader_of_store_test");
    CHECK(code_of(connection, "INSERT INTO t VALUES (1), (1)") == StoreErrc::constraint);
    CHECK(code_of(connection, "SET ROLE reader_of_store_test; SELECT * FROM t") ==
          StoreErrc::permission);
    CHECK(code_of(connection, "SELECT 1 +") == StoreErrc::other);
    CHECK(code_of(connection, "SELECT 1") == StoreErrc{});
}

TEST_CASE("a lost serializable transaction is a serialization failure") {
    const std::string url = test::fresh_database();
    Connection first{url};
    Connection second{url};
    ask(first, "CREATE TABLE t (a integer)");
    ask(first, "INSERT INTO t VALUES (1)");
    pqxx::transaction<pqxx::repeatable_read> slow{first.session()};
    slow.exec("SELECT * FROM t");
    ask(second, "UPDATE t SET a = 2");
    StoreErrc code{};
    try {
        slow.exec("UPDATE t SET a = 3");
    } catch (const std::exception& error) {
        code = store::classify(error);
    }
    CHECK(code == StoreErrc::serialization);
}
