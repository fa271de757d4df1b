#include <fstream>
#include <grp.h>
#include <pwd.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <pqxx/nontransaction>
#include <pqxx/transaction>

#include "indexer/store/connection.hpp"
#include "indexer/store/copy_writer.hpp"
#include "indexer/store/embedded_postgres.hpp"
#include "indexer/store/errors.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/postgres_fixture.hpp"

// What depends on who runs the tests and on the file system below. Root sees the most.
using namespace redink;
using store::Connection;
using store::EmbeddedPostgres;
using store::StoreErrc;
using test::ChildProcess;
using test::TemporaryFolder;

namespace fs = std::filesystem;

namespace {

store::EmbeddedOptions in(const fs::path& folder) {
    return {.data_dir = folder / "data",
            .fallback_dir = folder / "fallback",
            .search_path = {},
            .extra_settings = {}};
}

// A data_dir that only root can reach.
store::EmbeddedOptions closed_in(const fs::path& folder) {
    fs::create_directories(folder / "closed/inner");
    fs::permissions(folder / "closed", fs::perms::owner_all);
    store::EmbeddedOptions options = in(folder);
    options.data_dir = folder / "closed/inner/data";
    return options;
}

std::string ask(const std::string& url, const std::string& sql) {
    Connection connection{url};
    pqxx::nontransaction tx{connection.session()};
    const pqxx::result rows = tx.exec(sql);
    return rows.empty() ? "" : rows[0][0].c_str();
}

StoreErrc start_error(const store::EmbeddedOptions& options, std::string& text) {
    try {
        const EmbeddedPostgres postgres{options};
    } catch (const store::StoreError& error) {
        text = error.what();
        return error.code();
    }
    return StoreErrc{};
}

uid_t owner_of(const fs::path& path) {
    struct stat state {};

    return stat(path.c_str(), &state) == 0 ? state.st_uid : 0;
}

void become_nobody() {
    const passwd* nobody = getpwnam("nobody");
    REQUIRE(nobody != nullptr);
    REQUIRE(setgroups(0, nullptr) == 0);
    REQUIRE(setgid(nobody->pw_gid) == 0);
    REQUIRE(setuid(nobody->pw_uid) == 0);
}

// A small file system of its own; needs the right to mount.
class SmallDisk {
  public:
    SmallDisk(const fs::path& where, const std::string& size) : where_{where} {
        fs::create_directories(where_);
        const std::string options = "mode=0711,size=" + size;
        mounted_ = mount("none", where_.c_str(), "tmpfs", 0, options.c_str()) == 0;
        if (!mounted_) {
            MESSAGE("NOT RUN: this test needs the right to mount a tmpfs");
        }
    }

    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    ~SmallDisk() {
        if (mounted_) {
            umount2(where_.c_str(), MNT_DETACH);
        }
    }

    [[nodiscard]] bool is_mounted() const {
        return mounted_;
    }

  private:
    fs::path where_;
    bool mounted_ = false;
};

bool is_root() {
    if (geteuid() != 0) {
        MESSAGE("NOT RUN: this test needs root");
    }
    return geteuid() == 0;
}

}  // namespace

TEST_CASE("as root the server runs as somebody else, and only that part of data_dir is theirs") {
    if (!is_root()) {
        return;
    }
    const TemporaryFolder folder;
    const EmbeddedPostgres postgres{in(folder.path())};
    const fs::path data = folder.path() / "data";
    const uid_t server = owner_of("/proc/" + std::to_string(postgres.postmaster_pid()));
    CHECK(server != 0);
    CHECK(owner_of(data) == 0);
    CHECK(owner_of(data / "postgres") == server);
    CHECK(owner_of(data / "socket") == server);
    const auto stranger = [&postgres](ChildProcess::Pipe& out) {
        become_nobody();
        out.send(ask(postgres.url(), "SELECT 'let in'"));
    };
    if (server != getpwnam("nobody")->pw_uid) {
        ChildProcess child{stranger};
        CHECK(child.receive().find("Permission denied") != std::string::npos);
    }
}

TEST_CASE("as an ordinary user the server runs as that user, and root uses it later") {
    if (!is_root()) {
        return;
    }
    const TemporaryFolder folder;
    const uid_t nobody = getpwnam("nobody")->pw_uid;
    REQUIRE(chown(folder.path().c_str(), nobody, getpwnam("nobody")->pw_gid) == 0);
    const auto ordinary = [&folder](ChildProcess::Pipe& out) {
        become_nobody();
        const EmbeddedPostgres postgres{in(folder.path())};
        out.send(ask(postgres.url(), "CREATE TABLE kept AS SELECT 42 AS x; SELECT x FROM kept"));
        out.wait_for_end();
    };
    {
        ChildProcess child{ordinary};
        CHECK(child.receive() == "42");
        const EmbeddedPostgres guest{in(folder.path())};
        CHECK_FALSE(guest.is_owner());
        CHECK(ask(guest.url(), "SELECT x FROM kept") == "42");
    }
    CHECK(owner_of(folder.path() / "data/postgres") == nobody);
    const EmbeddedPostgres later{in(folder.path())};
    CHECK(later.is_owner());
    CHECK(owner_of("/proc/" + std::to_string(later.postmaster_pid())) == nobody);
    CHECK(ask(later.url(), "SELECT x FROM kept") == "42");
}

TEST_CASE("a user is not let into the cluster of another") {
    if (!is_root()) {
        return;
    }
    const TemporaryFolder folder;
    { const EmbeddedPostgres postgres{in(folder.path())}; }
    fs::permissions(folder.path() / "data", fs::perms::all);
    fs::permissions(folder.path() / "data/postgres.owner", fs::perms{0666});
    const auto stranger = [&folder](ChildProcess::Pipe& out) {
        become_nobody();
        std::string text;
        start_error(in(folder.path()), text);
        out.send(text);
    };
    ChildProcess child{stranger};
    const std::string text = child.receive();
    CAPTURE(text);
    CHECK(text.find("run redink as its owner or as root") != std::string::npos);
}

TEST_CASE("as root, below a closed directory, the cluster goes elsewhere and is found again") {
    if (!is_root()) {
        return;
    }
    const TemporaryFolder folder;
    store::EmbeddedOptions options = closed_in(folder.path());
    fs::path home;
    {
        const EmbeddedPostgres postgres{options};
        ask(postgres.url(), "CREATE TABLE kept AS SELECT 42 AS x");
        std::string line;
        std::getline(std::ifstream{options.data_dir / "cluster-location"} >> std::ws, line);
        home = line;
        CHECK(home.parent_path() == options.fallback_dir);
        const uid_t server = owner_of("/proc/" + std::to_string(postgres.postmaster_pid()));
        CHECK(server != 0);
        CHECK(owner_of(home) == server);
        CHECK(fs::status(home).permissions() == fs::perms::owner_all);
        CHECK(fs::exists(home / "postgres/PG_VERSION"));
        CHECK_FALSE(fs::exists(options.data_dir / "postgres"));
    }
    SUBCASE("as it was") {
    }
    SUBCASE("though it could now lie in data_dir") {
        fs::permissions(folder.path() / "closed", fs::perms{0711});
    }
    SUBCASE("after data_dir was moved") {
        fs::rename(options.data_dir, folder.path() / "closed/moved");
        options.data_dir = folder.path() / "closed/moved";
    }
    const EmbeddedPostgres again{options};
    CHECK(ask(again.url(), "SELECT x FROM kept") == "42");
}

TEST_CASE("a new data_dir never gets the cluster of one that was removed") {
    if (!is_root()) {
        return;
    }
    const TemporaryFolder folder;
    const store::EmbeddedOptions options = closed_in(folder.path());
    {
        const EmbeddedPostgres postgres{options};
        ask(postgres.url(), "CREATE TABLE kept AS SELECT 42 AS x");
    }
    fs::remove_all(options.data_dir);
    const EmbeddedPostgres next{options};
    CHECK(ask(next.url(), "SELECT to_regclass('kept') IS NULL") == "t");
}

TEST_CASE("processes that start at once below a closed directory agree on the place") {
    if (!is_root()) {
        return;
    }
    const TemporaryFolder folder;
    const store::EmbeddedOptions options = closed_in(folder.path());
    const auto user = [&options](ChildProcess::Pipe& out) {
        const EmbeddedPostgres postgres{options};
        out.send(std::to_string(postgres.postmaster_pid()));
        out.wait_for_end();
    };
    ChildProcess a{user};
    ChildProcess b{user};
    ChildProcess c{user};
    const std::string answer = a.receive();
    CHECK_FALSE(answer.empty());
    CHECK(b.receive() == answer);
    CHECK(c.receive() == answer);
    const fs::directory_iterator homes{options.fallback_dir};
    CHECK(std::distance(fs::begin(homes), fs::end(homes)) == 1);
}

TEST_CASE("a parent that the server's account cannot enter is named") {
    if (!is_root()) {
        return;
    }
    const TemporaryFolder folder;
    store::EmbeddedOptions options = closed_in(folder.path());
    SUBCASE("when the other place is closed as well") {
        options.fallback_dir = folder.path() / "closed/fallback";
    }
    SUBCASE("when the cluster is there already") {
        fs::permissions(folder.path() / "closed", fs::perms{0711});
        { const EmbeddedPostgres postgres{options}; }
        fs::permissions(folder.path() / "closed", fs::perms::owner_all);
    }
    std::string text;
    CHECK(start_error(options, text) == StoreErrc::data_directory);
    CAPTURE(text);
    CHECK(text.find("cannot enter " + (folder.path() / "closed").string() + ":") !=
          std::string::npos);
}

TEST_CASE("a data_dir that cannot be written is named") {
    const TemporaryFolder folder;
    const fs::path locked = folder.path() / "locked";
    fs::create_directory(locked);
    fs::permissions(locked, fs::perms{0555});
    const auto ordinary = [&locked](ChildProcess::Pipe& out) {
        if (geteuid() == 0) {
            become_nobody();
        }
        std::string text;
        start_error(in(locked), text);
        out.send(text);
    };
    ChildProcess child{ordinary};
    const std::string text = child.receive();
    CAPTURE(text);
    CHECK(text.find("cannot create " + (locked / "data").string()) != std::string::npos);
    CHECK(text.find("data_dir") != std::string::npos);
}

TEST_CASE("a file where data_dir should be is named") {
    const TemporaryFolder folder;
    std::ofstream{folder.path() / "data"} << "a file";
    std::string text;
    CHECK(start_error(in(folder.path()), text) == StoreErrc::data_directory);
    CHECK(text.find((folder.path() / "data").string()) != std::string::npos);
}

TEST_CASE("a disk too small for a cluster is called full, and nothing half-made stays") {
    const TemporaryFolder folder;
    const SmallDisk disk{folder.path() / "disk", "16m"};
    if (!disk.is_mounted()) {
        return;
    }
    std::string text;
    CHECK(start_error(in(folder.path() / "disk"), text) == StoreErrc::disk_full);
    CAPTURE(text);
    CHECK(text.find("free space there") != std::string::npos);
    CHECK_FALSE(fs::exists(folder.path() / "disk/data/postgres"));
    CHECK_FALSE(fs::exists(folder.path() / "disk/data/postgres.partial"));
}

TEST_CASE("a disk that fills up during a load is called full, and the server goes on") {
    const TemporaryFolder folder;
    const SmallDisk disk{folder.path() / "disk", "8m"};
    if (!disk.is_mounted()) {
        return;
    }
    const EmbeddedPostgres postgres{in(folder.path())};
    const fs::path place = folder.path() / "disk/place";
    fs::create_directory(place);
    REQUIRE(chown(place.c_str(), owner_of(folder.path() / "data/postgres"), gid_t(-1)) == 0);
    ask(postgres.url(), "CREATE TABLESPACE small LOCATION '" + place.string() + "'");
    ask(postgres.url(), "CREATE TABLE t (a bytea) TABLESPACE small");
    ask(postgres.url(), "ALTER TABLE t ALTER a SET STORAGE EXTERNAL");
    Connection connection{postgres.url()};
    StoreErrc by_copy{};
    try {
        pqxx::work tx{connection.session()};
        store::CopyWriter writer{connection, "t", {"a"}};
        const std::vector<std::uint8_t> blob(1 << 20, 7);
        for (int i = 0; i < 32; ++i) {
            writer.begin_row();
            writer.bytea(blob);
        }
        writer.finish();
    } catch (const store::StoreError& error) {
        by_copy = error.code();
    }
    CHECK(by_copy == StoreErrc::disk_full);
    StoreErrc by_statement{};
    try {
        pqxx::work tx{connection.session()};
        tx.exec("INSERT INTO t SELECT repeat('x', 1000000)::bytea FROM generate_series(1, 32)");
    } catch (const std::exception& error) {
        by_statement = store::classify(error);
    }
    CHECK(by_statement == StoreErrc::disk_full);
    CHECK(ask(postgres.url(), "SELECT count(*) FROM t") == "0");
}
