#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "app/config/config.hpp"
#include "indexer/store/connection.hpp"

namespace redink::store {
class EmbeddedPostgres;
struct MigrationReport;
}  // namespace redink::store

namespace redink::app {

/// Whether a private database may be made where none is.
enum class DatabaseUse : std::uint8_t { create, existing };

/// The database of this run: the configured URL, or a private PostgreSQL that lives as long as this
/// object. Construct it on the main thread, before others (see EmbeddedPostgres).
class Database {
  public:
    /// Starts the private server when there is no URL. Throws StoreError, and UsageError when
    /// `use` is existing and there is no private database yet.
    Database(const DatabaseConfig& config, DatabaseUse use);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    /// Starts the private server again when it was killed; nothing for a configured one. Throws
    /// StoreError. Any thread may call it.
    void ensure_running() const;

    /// A new session, for one thread.
    [[nodiscard]] store::Connection connect() const;

    /// A session on a schema that belongs to this program. Throws StoreError (migration) otherwise.
    [[nodiscard]] store::Connection connect_migrated() const;

    /// Brings the schema up to date.
    store::MigrationReport migrate() const;

    /// Host, port, database and user, without a password.
    [[nodiscard]] std::string name() const;

    /// For others that open sessions. May carry a password: secret.
    [[nodiscard]] std::string url() const;

    /// Why a failure of the private server may be the disk's fault: a sentence, when the disk below
    /// data_dir is full or nearly so. A server that cannot write its log dies instead of refusing.
    [[nodiscard]] std::optional<std::string> disk_trouble() const;

  private:
    mutable std::mutex mutex_;
    std::unique_ptr<store::EmbeddedPostgres> embedded_;
    std::filesystem::path data_dir_;
    std::string url_;
};

}  // namespace redink::app
