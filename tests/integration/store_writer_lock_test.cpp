#include <doctest/doctest.h>
#include <pqxx/nontransaction>

#include "indexer/store/connection.hpp"
#include "indexer/store/errors.hpp"
#include "indexer/store/writer_lock.hpp"
#include "tests/support/postgres_fixture.hpp"

using namespace redink;
using store::Connection;
using store::WriterLock;

namespace {

std::string backend_pid(Connection& connection) {
    pqxx::nontransaction tx{connection.session()};
    return tx.exec("SELECT pg_backend_pid()")[0][0].c_str();
}

}  // namespace

TEST_CASE("a second writer is refused and told who writes") {
    const std::string url = test::fresh_database();
    Connection first{url};
    Connection second{url};
    Result<WriterLock> held = WriterLock::try_acquire(first, "ethereum");
    REQUIRE(held.has_value());
    CHECK(held->load_held());
    const Result<WriterLock> refused = WriterLock::try_acquire(second, "ethereum");
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == store::StoreErrc::locked);
    const std::string& text = refused.error().text;
    CAPTURE(text);
    CHECK(text.find(backend_pid(first)) != std::string::npos);
    CHECK(text.find("application \"redink\"") != std::string::npos);
    CHECK(text.find("local socket") != std::string::npos);
    CHECK(text.find("connected since 2") != std::string::npos);
}

TEST_CASE("scopes and databases do not exclude each other") {
    const std::string url = test::fresh_database();
    Connection first{url};
    Connection second{url};
    Connection elsewhere{test::fresh_database()};
    const Result<WriterLock> held = WriterLock::try_acquire(first, "ethereum");
    REQUIRE(held.has_value());
    CHECK(WriterLock::try_acquire(second, "base").has_value());
    CHECK(WriterLock::try_acquire(elsewhere, "ethereum").has_value());
    CHECK_FALSE(WriterLock::load_holder(elsewhere, "ethereum").has_value());
}

TEST_CASE("the lock is free when its owner lets go") {
    const std::string url = test::fresh_database();
    Connection first{url};
    Connection second{url};
    {
        const Result<WriterLock> held = WriterLock::try_acquire(first, "ethereum");
        REQUIRE(held.has_value());
        CHECK(WriterLock::load_holder(second, "ethereum").has_value());
    }
    CHECK_FALSE(WriterLock::load_holder(second, "ethereum").has_value());
    CHECK(WriterLock::try_acquire(second, "ethereum").has_value());
}

TEST_CASE("a dropped connection loses the lock, and its holder can see it") {
    const std::string url = test::fresh_database();
    Connection first{url};
    Connection second{url};
    Result<WriterLock> held = WriterLock::try_acquire(first, "ethereum");
    REQUIRE(held.has_value());
    const std::string pid = backend_pid(first);
    {
        pqxx::nontransaction tx{second.session()};
        tx.exec("SELECT pg_terminate_backend(" + pid + ", 5000)");
    }
    CHECK(WriterLock::try_acquire(second, "ethereum").has_value());
    CHECK_FALSE(held->load_held());
}
