#include <csignal>
#include <fstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <doctest/doctest.h>
#include <pqxx/nontransaction>
#include <pqxx/transaction>

#include "indexer/store/connection.hpp"
#include "indexer/store/embedded_postgres.hpp"
#include "indexer/store/embedded_postgres_process.hpp"
#include "indexer/store/errors.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/postgres_fixture.hpp"

using namespace redink;
using namespace std::chrono_literals;
using store::Connection;
using store::EmbeddedPostgres;
using store::StoreErrc;
using test::ChildProcess;
using test::TemporaryFolder;

namespace fs = std::filesystem;

namespace {

store::EmbeddedOptions in(const fs::path& folder) {
    return {.data_dir = folder / "data", .search_path = {}, .extra_settings = {}};
}

std::string ask(const std::string& url, const std::string& sql) {
    Connection connection{url};
    pqxx::nontransaction tx{connection.session()};
    const pqxx::result rows = tx.exec(sql);
    return rows.empty() ? "" : rows[0][0].c_str();
}

bool ends_soon(int pid) {
    return store::wait_for_end(pid, std::chrono::steady_clock::now() + 30s);
}

// Starts a server, tells the pid of its postmaster, and waits to be killed.
void run_server_forever(const fs::path& folder, ChildProcess::Pipe& out) {
    const EmbeddedPostgres postgres{in(folder)};
    ask(postgres.url(), "CREATE TABLE kept AS SELECT 42 AS x");
    out.send(std::to_string(postgres.postmaster_pid()));
    for (;;) {
        pause();
    }
}

store::StoreErrc start_error(const store::EmbeddedOptions& options, std::string& text) {
    try {
        const EmbeddedPostgres postgres{options};
    } catch (const store::StoreError& error) {
        text = error.what();
        return error.code();
    }
    return StoreErrc{};
}

}  // namespace

TEST_CASE("a private server is made, keeps its data and is gone at the end") {
    const TemporaryFolder folder;
    int pid = 0;
    {
        const EmbeddedPostgres postgres{in(folder.path())};
        pid = postgres.postmaster_pid();
        CHECK(postgres.is_owner());
        CHECK(ask(postgres.url(), "SELECT current_database()") == "redink");
        CHECK(ask(postgres.url(), "SHOW listen_addresses").empty());
        CHECK(ask(postgres.url(), "SHOW data_checksums") == "on");
        CHECK(ask(postgres.url(), "SHOW server_encoding") == "UTF8");
        CHECK(ask(postgres.url(), "SHOW lc_collate") == "C");
        CHECK(ask(postgres.url(), "SHOW fsync") == "on");
        CHECK(ask(postgres.url(), "SHOW full_page_writes") == "on");
        CHECK(ask(postgres.url(), "SHOW max_wal_size") == "2GB");
        CHECK(ask(postgres.url(), "SHOW unix_socket_permissions") == "0700");
        ask(postgres.url(), "CREATE TABLE kept AS SELECT 42 AS x");

        struct stat cluster {};

        REQUIRE(stat((folder.path() / "data/postgres").c_str(), &cluster) == 0);
        CHECK((cluster.st_mode & 0777U) == 0700U);
    }
    CHECK_FALSE(store::is_alive(pid));
    const EmbeddedPostgres again{in(folder.path())};
    CHECK(ask(again.url(), "SELECT x FROM kept") == "42");
}

TEST_CASE("a second user joins, does not stop the server and can take over") {
    const TemporaryFolder folder;
    auto first = std::make_unique<EmbeddedPostgres>(in(folder.path()));
    auto guest = std::make_unique<EmbeddedPostgres>(in(folder.path()));
    CHECK_FALSE(guest->is_owner());
    CHECK(guest->url() == first->url());
    CHECK(guest->postmaster_pid() == first->postmaster_pid());
    guest.reset();
    CHECK(ask(first->url(), "SELECT 1") == "1");

    EmbeddedPostgres heir{in(folder.path())};
    const int old_pid = first->postmaster_pid();
    first.reset();
    heir.ensure_running();
    CHECK(heir.is_owner());
    CHECK(heir.postmaster_pid() != old_pid);
    CHECK(ask(heir.url(), "SELECT 1") == "1");
}

TEST_CASE("a server that crashed is started again and recovers") {
    const TemporaryFolder folder;
    EmbeddedPostgres postgres{in(folder.path())};
    ask(postgres.url(), "CREATE TABLE kept AS SELECT 42 AS x");
    REQUIRE(kill(postgres.postmaster_pid(), SIGKILL) == 0);
    REQUIRE(ends_soon(postgres.postmaster_pid()));
    postgres.ensure_running();
    CHECK(postgres.is_owner());
    CHECK(ask(postgres.url(), "SELECT x FROM kept") == "42");
}

TEST_CASE("what a killed server left behind is cleared away before it is started again") {
    const TemporaryFolder folder;
    EmbeddedPostgres postgres{in(folder.path())};
    CHECK(postgres.is_running());
    ask(postgres.url(), "CREATE TABLE kept AS SELECT 42 AS x");
    // It computes, and so does not notice that its postmaster is gone.
    std::exception_ptr thrown;
    std::thread busy{[url = postgres.url(), &thrown] {
        try {
            ask(url, "DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$");
        } catch (const std::exception&) {
            thrown = std::current_exception();
        }
    }};
    const char* const who = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'DO %'";
    std::string backend;
    while (backend.empty()) {
        backend = ask(postgres.url(), who);
    }
    const int old_pid = postgres.postmaster_pid();
    REQUIRE(kill(old_pid, SIGKILL) == 0);
    REQUIRE(ends_soon(old_pid));
    CHECK_FALSE(postgres.is_running());
    CHECK(store::is_alive(std::stoi(backend)));
    CHECK(fs::exists(folder.path() / "data/postgres/postmaster.pid"));

    postgres.ensure_running();
    busy.join();
    CHECK(postgres.is_running());
    CHECK(postgres.postmaster_pid() != old_pid);
    CHECK_FALSE(store::is_alive(std::stoi(backend)));
    CHECK(ask(postgres.url(), "SELECT x FROM kept") == "42");
    REQUIRE(thrown);
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
        CHECK(store::is_connection_lost(error));
        CHECK(store::may_pass(error));
    }
    ask(postgres.url(), "INSERT INTO kept VALUES (43)");
    EmbeddedPostgres guest{in(folder.path())};
    CHECK(guest.is_running());
    CHECK_FALSE(guest.is_owner());
}

TEST_CASE("after kill -9 of its owner the server ends, and the next run finds its data") {
    const TemporaryFolder folder;
    const auto owner = [&folder](ChildProcess::Pipe& out) {
        run_server_forever(folder.path(), out);
    };
    ChildProcess child{owner};
    const int postmaster = std::atoi(child.receive().c_str());
    REQUIRE(postmaster > 0);
    child.kill();
    SUBCASE("when it has ended by itself") {
        CHECK(ends_soon(postmaster));
    }
    SUBCASE("at once") {
    }
    const EmbeddedPostgres next{in(folder.path())};
    CHECK(next.is_owner());
    CHECK(next.postmaster_pid() != postmaster);
    CHECK(ask(next.url(), "SELECT x FROM kept") == "42");
}

TEST_CASE("an orphan that did not hear of its owner's death is replaced and stopped at the end") {
    const TemporaryFolder folder;
    const auto owner = [&folder](ChildProcess::Pipe& out) {
        run_server_forever(folder.path(), out);
    };
    ChildProcess child{owner};
    const int postmaster = std::atoi(child.receive().c_str());
    REQUIRE(postmaster > 0);
    // A stopped process keeps its SIGINT pending, as one that never got it.
    REQUIRE(kill(postmaster, SIGSTOP) == 0);
    child.kill();
    REQUIRE(kill(postmaster, 0) == 0);
    // It can only end once it runs again; whether that is before or during the start is the same.
    std::thread waker{[postmaster] {
        std::this_thread::sleep_for(100ms);
        kill(postmaster, SIGCONT);
    }};
    {
        const EmbeddedPostgres next{in(folder.path())};
        CHECK(next.is_owner());
        CHECK_FALSE(store::is_alive(postmaster));
    }
    waker.join();
}

TEST_CASE("processes that start at once share one server") {
    const TemporaryFolder folder;
    const auto user = [&folder](ChildProcess::Pipe& out) {
        const EmbeddedPostgres postgres{in(folder.path())};
        out.send(ask(postgres.url(), "SELECT 1") + " " + std::to_string(postgres.postmaster_pid()));
        out.wait_for_end();
    };
    ChildProcess a{user};
    ChildProcess b{user};
    ChildProcess c{user};
    const std::string answer = a.receive();
    CHECK(answer.starts_with("1 "));
    CHECK(b.receive() == answer);
    CHECK(c.receive() == answer);
}

TEST_CASE("stale lock files are no obstacle, even when their number is another server's") {
    const TemporaryFolder folder;
    const TemporaryFolder elsewhere;
    const EmbeddedPostgres other{in(elsewhere.path())};
    { const EmbeddedPostgres postgres{in(folder.path())}; }
    const fs::path data = folder.path() / "data";
    for (const fs::path& file :
         {data / "postgres/postmaster.pid", data / "socket/.s.PGSQL.5432.lock"}) {
        std::ofstream{file} << other.postmaster_pid()
                            << "\n/nowhere\n1700000000\n5432\n/nowhere\n\n 1 2\nready\n";
    }
    const EmbeddedPostgres postgres{in(folder.path())};
    CHECK(postgres.is_owner());
    CHECK(ask(postgres.url(), "SELECT 1") == "1");
    CHECK(ask(other.url(), "SELECT 1") == "1");
}

TEST_CASE("an initdb that was killed in the middle is done again") {
    const TemporaryFolder folder;
    const fs::path partial = folder.path() / "data/postgres.partial";
    fs::create_directories(partial / "base/1");
    std::ofstream{partial / "PG_VERSION"} << "15\n";
    const EmbeddedPostgres postgres{in(folder.path())};
    CHECK(ask(postgres.url(), "SELECT 1") == "1");
    CHECK_FALSE(fs::exists(partial));
}

TEST_CASE("a data_dir too long for a socket, or with odd characters, works") {
    const TemporaryFolder folder;
    for (const std::string& name : {std::string(120, 'x'), std::string{"a, b'c\"ü"}}) {
        auto postgres = std::make_unique<EmbeddedPostgres>(in(folder.path() / name));
        CAPTURE(postgres->url());
        CHECK(ask(postgres->url(), "SELECT 1") == "1");
        const std::string sockets = ask(postgres->url(), "SHOW unix_socket_directories");

        struct stat state {};

        REQUIRE(stat(sockets.c_str(), &state) == 0);
        CHECK((state.st_mode & 0777U) == 0700U);
        postgres.reset();
        CHECK_FALSE(fs::exists(sockets));
    }
}

TEST_CASE("missing programs are named with the package that has them") {
    const TemporaryFolder folder;
    store::EmbeddedOptions options = in(folder.path());
    options.search_path = {folder.path()};
    std::string text;
    CHECK(start_error(options, text) == StoreErrc::no_server_programs);
    CHECK(text.find("postgresql-15") != std::string::npos);
}

TEST_CASE("a cluster of another major version is refused with the package it needs") {
    const TemporaryFolder folder;
    fs::create_directories(folder.path() / "data/postgres");
    std::ofstream{folder.path() / "data/postgres/PG_VERSION"} << "99\n";
    std::string text;
    CHECK(start_error(in(folder.path()), text) == StoreErrc::no_server_programs);
    CHECK(text.find("postgresql-99") != std::string::npos);
    CHECK(fs::exists(folder.path() / "data/postgres/PG_VERSION"));
}

TEST_CASE("a directory that is not a cluster is left alone") {
    const TemporaryFolder folder;
    fs::create_directories(folder.path() / "data/postgres");
    std::ofstream{folder.path() / "data/postgres/thesis.txt"} << "words";
    std::string text;
    CHECK(start_error(in(folder.path()), text) == StoreErrc::data_directory);
    CHECK(text.find("not a PostgreSQL cluster") != std::string::npos);
    CHECK(fs::exists(folder.path() / "data/postgres/thesis.txt"));
}

TEST_CASE("a server that cannot start says why") {
    const TemporaryFolder folder;
    store::EmbeddedOptions options = in(folder.path());
    options.extra_settings = {{"no_such_setting", "1"}};
    std::string text;
    CHECK(start_error(options, text) == StoreErrc::data_directory);
    CHECK(text.find("no_such_setting") != std::string::npos);
}
