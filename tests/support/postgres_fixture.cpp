#include "tests/support/postgres_fixture.hpp"

#include <cerrno>
#include <cstdlib>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <pqxx/nontransaction>

#include "indexer/store/connection.hpp"
#include "indexer/store/embedded_postgres.hpp"

// libpqxx 6.4 forgets one result (2 kB) when a connection breaks under connection_base::exec.
extern "C" const char* __lsan_default_suppressions();

extern "C" const char* __lsan_default_suppressions() {
    return "leak:libpqxx";
}

namespace redink::test {
namespace {

struct PrivateServer {
    TemporaryFolder folder;
    // Durable or not makes no difference to a test, except in time.
    store::EmbeddedPostgres postgres{
        {.data_dir = folder.path() / "data",
         .search_path = {},
         .extra_settings = {{"fsync", "off"}, {"synchronous_commit", "off"}}}};
    int database_count = 0;
};

PrivateServer& server() {
    static PrivateServer instance;
    return instance;
}

std::string make_database(const std::string& like) {
    PrivateServer& postgres = server();
    const std::string name = "test_" + std::to_string(++postgres.database_count);
    store::Connection connection{postgres.postgres.url("postgres")};
    pqxx::nontransaction tx{connection.session()};
    tx.exec("CREATE DATABASE " + name + " TEMPLATE " + like);
    return postgres.postgres.url(name);
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
    std::string name = std::filesystem::temp_directory_path() / "redink-test-XXXXXX";
    if (mkdtemp(name.data()) == nullptr || chmod(name.c_str(), 0711) != 0) {
        throw std::system_error{errno, std::generic_category(), name};
    }
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string fresh_database() {
    return make_database("template1");
}

std::string copy_of_database(const std::string& url) {
    const std::string name = store::Connection{url}.session().dbname();
    return make_database(name);
}

std::string maintenance_database() {
    return server().postgres.url("postgres");
}

}  // namespace redink::test
