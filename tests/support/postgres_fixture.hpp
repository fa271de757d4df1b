#pragma once

#include <filesystem>
#include <string>

namespace redink::test {

/// A folder for one test, removed with everything below it. Anyone may pass through it, so that a
/// server that runs as another user reaches what is inside.
class TemporaryFolder {
  public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();

    [[nodiscard]] const std::filesystem::path& path() const {
        return path_;
    }

  private:
    std::filesystem::path path_;
};

/// URL of a new, empty database on this process's private PostgreSQL server. The server is started
/// on first use and ends, with all its databases and its folder, when the process does. Call it
/// from the main thread. Throws when there is no server: tests that need one are never skipped.
[[nodiscard]] std::string fresh_database();

/// URL of a new database that is a copy of another one of the same server, which nobody may use
/// meanwhile.
[[nodiscard]] std::string copy_of_database(const std::string& url);

/// URL of the maintenance database `postgres` on the same server, whose user is a superuser.
[[nodiscard]] std::string maintenance_database();

}  // namespace redink::test
