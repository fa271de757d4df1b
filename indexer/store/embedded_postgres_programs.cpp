#include "indexer/store/embedded_postgres_programs.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <unistd.h>

#include "indexer/store/connection.hpp"
#include "indexer/store/embedded_postgres_process.hpp"
#include "indexer/store/errors.hpp"

namespace redink::store {
namespace {

namespace fs = std::filesystem;

constexpr int kMinMajor = kMinServerVersion / 10000;

// "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)" -> 15
int major_of(const fs::path& postgres) {
    const Finished said = run_to_end({{postgres.string(), "--version"}, {}, -1, 0});
    constexpr std::string_view kName = "(PostgreSQL) ";
    const std::size_t at = said.output.find(kName);
    if (!said.succeeded || at == std::string::npos) {
        return 0;
    }
    return std::atoi(said.output.c_str() + at + kName.size());
}

bool is_program(const fs::path& path) {
    return access(path.c_str(), X_OK) == 0;
}

std::string listed(const std::vector<ServerPrograms>& servers) {
    std::string text;
    for (const ServerPrograms& server : servers) {
        text += (text.empty() ? "" : ", ") + std::to_string(server.major) + " in " +
                server.postgres.parent_path().string();
    }
    return text;
}

}  // namespace

std::vector<fs::path> server_search_path() {
    std::vector<fs::path> directories;
    const char* path = std::getenv("PATH");
    std::istringstream parts{path != nullptr ? path : ""};
    for (std::string part; std::getline(parts, part, ':');) {
        if (part.starts_with('/')) {
            directories.emplace_back(part);
        }
    }
    std::error_code ignored;
    for (const auto& version : fs::directory_iterator{"/usr/lib/postgresql", ignored}) {
        directories.push_back(version.path() / "bin");
    }
    return directories;
}

std::vector<ServerPrograms> find_servers(const std::vector<fs::path>& directories) {
    std::vector<ServerPrograms> servers;
    for (const fs::path& directory : directories) {
        ServerPrograms server{directory / "initdb", directory / "postgres", 0};
        if (!is_program(server.initdb) || !is_program(server.postgres)) {
            continue;
        }
        server.major = major_of(server.postgres);
        if (server.major >= kMinMajor) {
            servers.push_back(server);
        }
    }
    const auto newer = [](const ServerPrograms& a, const ServerPrograms& b) {
        return a.major > b.major;
    };
    std::stable_sort(servers.begin(), servers.end(), newer);
    return servers;
}

ServerPrograms choose_server(const std::vector<fs::path>& directories, int cluster_major) {
    const std::vector<ServerPrograms> servers = find_servers(directories);
    if (servers.empty()) {
        throw StoreError{StoreErrc::no_server_programs,
                         "no PostgreSQL server of version 15 or later is installed (initdb and "
                         "postgres were looked for in PATH and /usr/lib/postgresql/*/bin): install "
                         "the Debian package postgresql-15, or set [database] url to a server"};
    }
    if (cluster_major == 0) {
        return servers.front();
    }
    for (const ServerPrograms& server : servers) {
        if (server.major == cluster_major) {
            return server;
        }
    }
    const std::string wanted = std::to_string(cluster_major);
    throw StoreError{StoreErrc::no_server_programs,
                     "the private cluster was made by PostgreSQL " + wanted +
                         ", but installed is " + listed(servers) +
                         ": install the Debian package postgresql-" + wanted +
                         ", or move the cluster away and let redink fill a new one"};
}

}  // namespace redink::store
