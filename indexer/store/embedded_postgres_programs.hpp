#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace redink::store {

/// One installed PostgreSQL server.
struct ServerPrograms {
    std::filesystem::path initdb;
    std::filesystem::path postgres;
    int major = 0;
};

/// The directories of $PATH, then /usr/lib/postgresql/*/bin, where Debian keeps server programs.
[[nodiscard]] std::vector<std::filesystem::path> server_search_path();

/// Every server of version 15 or later in these directories, newest first. Runs
/// `postgres --version` in each that has both programs.
[[nodiscard]] std::vector<ServerPrograms> find_servers(
    const std::vector<std::filesystem::path>& directories);

/// The newest server, or the one of `cluster_major` when that is not 0. Throws StoreError
/// (no_server_programs) that names the Debian package to install.
[[nodiscard]] ServerPrograms choose_server(const std::vector<std::filesystem::path>& directories,
                                           int cluster_major);

}  // namespace redink::store
