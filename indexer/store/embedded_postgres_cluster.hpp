#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "indexer/store/embedded_postgres_process.hpp"
#include "indexer/store/embedded_postgres_programs.hpp"

namespace redink::store {

/// The port of every private server; it only names the socket file.
inline constexpr int kEmbeddedPort = 5432;

/// Where things lie. The log is in data_dir, the rest in home.
struct ClusterPaths {
    std::filesystem::path data_dir;  ///< absolute
    std::filesystem::path home;      ///< the server's part: data_dir, or where kLocationFile says
    std::filesystem::path cluster;   ///< PGDATA, mode 0700
    std::filesystem::path partial;   ///< an initdb that has not finished
    std::filesystem::path owner;     ///< lock file of the process that runs the server
    std::filesystem::path log;       ///< what the server says
};

/// A running server, as its postmaster.pid tells.
struct Postmaster {
    pid_t pid = 0;
    int port = 0;
    std::string socket_dir;  ///< empty until the server has opened its socket
};

/// The layout of `data_dir`; creates it and proves that we can write there. When we are root and
/// the server's account cannot reach data_dir, a new cluster goes below `fallback_dir` (see
/// make_location). Throws StoreError (data_directory).
[[nodiscard]] ClusterPaths prepare_data_dir(const std::filesystem::path& data_dir,
                                            const std::filesystem::path& fallback_dir);

/// Whom the server runs as: us; when we are root, the owner of the cluster, else `postgres`, else
/// `nobody`, because PostgreSQL refuses root. Throws StoreError (data_directory) when the cluster
/// is somebody else's.
[[nodiscard]] Account choose_account(const ClusterPaths& paths);

/// Major version of the cluster; 0 when there is none yet. Throws StoreError (data_directory) when
/// the directory holds something else.
[[nodiscard]] int load_cluster_major(const ClusterPaths& paths);

/// Throws StoreError (data_directory) naming the first directory on the way that `account` cannot
/// enter.
void check_reachable(const ClusterPaths& paths, const Account& account);

/// Makes the cluster with initdb, beside its final place, and renames it there when it is complete
/// and on disk; the leftover of an initdb that was killed is removed first.
void create_cluster(const ClusterPaths& paths,
                    const ServerPrograms& programs,
                    const Account& account);

/// postmaster.pid as it stands; the process need not live.
[[nodiscard]] std::optional<Postmaster> load_pid_file(const ClusterPaths& paths);

/// The server of this cluster, if it lives. A number that was given to another process since is not
/// taken for it.
[[nodiscard]] std::optional<Postmaster> find_live_postmaster(const ClusterPaths& paths);

/// A directory for the socket that only `account` can enter: in home, or, where that path is
/// too long for a socket (107 bytes) or has characters a URL list cannot carry, a private one below
/// $XDG_RUNTIME_DIR or the directory for temporary files, named after a hash of data_dir.
[[nodiscard]] std::string prepare_socket_dir(const ClusterPaths& paths, const Account& account);

/// StoreError for a program that failed: disk full, or data_directory with the program's words.
[[noreturn]] void throw_server_failure(const std::string& what,
                                       const std::string& output,
                                       const ClusterPaths& paths);

}  // namespace redink::store
