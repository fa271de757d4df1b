#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace redink::store {

/// How a private server is run.
struct EmbeddedOptions {
    std::filesystem::path data_dir = ".redink";
    /// Where the cluster goes when we are root and the server's account cannot reach data_dir.
    std::filesystem::path fallback_dir = "/var/lib/redink";
    /// Where initdb and postgres are looked for; empty: server_search_path().
    std::vector<std::filesystem::path> search_path;
    /// Server settings besides server_settings(), which they override.
    std::vector<std::pair<std::string, std::string>> extra_settings;
    /// How long a server may be silent while it starts or stops.
    std::chrono::seconds patience{60};
    /// How long it may tell that it recovers after a crash.
    std::chrono::seconds recovery_patience{900};
};

/// A private PostgreSQL cluster under data_dir, reachable on a Unix socket only, by its owner and
/// by root only. Started as root, the server runs as an unprivileged account; where that one cannot
/// enter data_dir, the cluster lies elsewhere and data_dir names its place. The first process that
/// uses it starts the server and stops it at its end; others join. A server that outlived its
/// process (kill -9) gets a SIGINT from the kernel, and what is left of it is stopped by the next
/// one that comes. Construct it on a thread that lives as long as the process: the kernel takes the
/// end of that thread for the end of the process.
class EmbeddedPostgres {
  public:
    /// Makes the cluster on first use, starts or joins the server and waits until it answers.
    /// Throws StoreError: no_server_programs, data_directory, disk_full, unavailable.
    explicit EmbeddedPostgres(EmbeddedOptions options);

    EmbeddedPostgres(const EmbeddedPostgres&) = delete;
    EmbeddedPostgres& operator=(const EmbeddedPostgres&) = delete;

    /// Stops the server (fast shutdown) if this object started it.
    ~EmbeddedPostgres();

    /// libpq URI of the database `redink`.
    [[nodiscard]] std::string url() const;

    /// libpq URI of another database on the server.
    [[nodiscard]] std::string url(std::string_view database) const;

    /// True when this object started the server; false when it joined a running one.
    [[nodiscard]] bool is_owner() const;

    /// The server's main process.
    [[nodiscard]] int postmaster_pid() const;

    /// False once the server's main process has ended.
    [[nodiscard]] bool is_running() const;

    /// Starts or joins again when the server is gone: the process that ran it has ended, or it
    /// crashed or was killed; what a killed one left behind (processes, locks) is cleared away.
    /// Call it after a lost connection, on the thread that made this object.
    void ensure_running();

  private:
    class Server;
    std::unique_ptr<Server> server_;
};

}  // namespace redink::store
