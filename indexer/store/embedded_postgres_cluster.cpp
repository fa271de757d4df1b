#include "indexer/store/embedded_postgres_cluster.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

#include "indexer/store/embedded_postgres_files.hpp"
#include "indexer/store/embedded_postgres_location.hpp"
#include "indexer/store/errors.hpp"

namespace redink::store {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kPrivate = 0700;
// Root's data_dir: the server's account passes through to its own directories.
constexpr mode_t kPassable = 0711;

Account account_of(const passwd& entry) {
    return {entry.pw_uid, entry.pw_gid, entry.pw_name, true};
}

std::string name_of(uid_t uid) {
    const passwd* entry = getpwuid(uid);
    return entry != nullptr ? entry->pw_name : "user " + std::to_string(uid);
}

Account unprivileged_account() {
    for (const char* name : {"postgres", "nobody"}) {
        if (const passwd* entry = getpwnam(name)) {
            return account_of(*entry);
        }
    }
    refuse_directory(
        "PostgreSQL does not run as root, and there is neither a user postgres nor nobody: "
        "start redink as an ordinary user, or set [database] url to a server");
}

bool is_same_directory(const fs::path& a, const fs::path& b) {
    struct stat first {};

    struct stat second {};

    return stat(a.c_str(), &first) == 0 && stat(b.c_str(), &second) == 0 &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

// A comma separates hosts in a URL and directories in the server's setting; quotes quote there.
bool is_usable_for_socket(const std::string& directory) {
    const std::string file = directory + "/.s.PGSQL." + std::to_string(kEmbeddedPort);
    return file.size() < sizeof(sockaddr_un::sun_path) &&
           directory.find_first_of(",\"'\\ \t\n") == std::string::npos;
}

fs::path runtime_directory(const Account& account) {
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    if (!account.switched && runtime != nullptr && is_private_directory(runtime, account.uid)) {
        return runtime;
    }
    return "/tmp";
}

std::string private_socket_dir(const ClusterPaths& paths, const Account& account) {
    const fs::path directory =
        runtime_directory(account) /
        ("redink-" + std::to_string(account.uid) + "-" + std::to_string(hash_of(paths.data_dir)));
    if (mkdir(directory.c_str(), kPrivate) == 0) {
        give_to(directory, account);
    } else if (errno != EEXIST) {
        refuse_errno("cannot create", directory);
    }
    // Others can write below /tmp: what is there already must be ours.
    if (!is_private_directory(directory, account.uid)) {
        refuse_directory("the socket directory " + directory.string() +
                         " is not a directory of mode 0700 "
                         "that belongs to " +
                         account.name + "; remove it");
    }
    return directory;
}

ClusterPaths paths_in(const fs::path& data_dir, const fs::path& home) {
    return {data_dir,
            home,
            home / "postgres",
            home / "postgres.partial",
            home / "postgres.owner",
            data_dir / "postgres.log"};
}

}  // namespace

ClusterPaths prepare_data_dir(const fs::path& data_dir, const fs::path& fallback_dir) {
    const fs::path root = fs::weakly_canonical(fs::absolute(data_dir));
    std::error_code problem;
    fs::create_directories(root.parent_path(), problem);
    if (problem) {
        errno = problem.value();
        refuse_errno("cannot create", root.parent_path());
    }
    make_directory(root, geteuid() == 0 ? kPassable : kPrivate);
    if (access(root.c_str(), R_OK | W_OK | X_OK) != 0) {
        refuse_errno("cannot write to the data directory", root);
    }
    if (const auto home = load_location(root)) {
        return paths_in(root, *home);
    }
    const ClusterPaths inside = paths_in(root, root);
    const Account account = choose_account(inside);
    if (fs::exists(inside.cluster) || !find_closed_parent(root, account)) {
        return inside;
    }
    return paths_in(root, make_location(root, fallback_dir, account));
}

Account choose_account(const ClusterPaths& paths) {
    struct stat cluster {};

    const bool exists = lstat(paths.cluster.c_str(), &cluster) == 0;
    if (geteuid() != 0) {
        if (exists && cluster.st_uid != geteuid()) {
            refuse_directory("the private cluster " + paths.cluster.string() + " belongs to " +
                             name_of(cluster.st_uid) + ", and we are " + name_of(geteuid()) +
                             ": run redink as its owner or as root, or choose another data_dir");
        }
        return {geteuid(), getegid(), name_of(geteuid()), false};
    }
    if (!exists || cluster.st_uid == 0) {
        return unprivileged_account();
    }
    if (const passwd* entry = getpwuid(cluster.st_uid)) {
        return account_of(*entry);
    }
    return {cluster.st_uid, cluster.st_gid, name_of(cluster.st_uid), true};
}

int load_cluster_major(const ClusterPaths& paths) {
    std::ifstream file{paths.cluster / "PG_VERSION"};
    int major = 0;
    if (file >> major && major > 0) {
        return major;
    }
    std::error_code ignored;
    if (fs::exists(paths.cluster, ignored) && !fs::is_empty(paths.cluster, ignored)) {
        refuse_directory(paths.cluster.string() +
                         " is not a PostgreSQL cluster (no PG_VERSION): move it "
                         "away, or choose another data_dir");
    }
    return 0;
}

void check_reachable(const ClusterPaths& paths, const Account& account) {
    if (const auto closed = find_closed_parent(paths.home, account)) {
        refuse_directory("PostgreSQL does not run as root; it would run as " + account.name +
                         ", who cannot enter " + *closed +
                         ": put [database] data_dir elsewhere (for example "
                         "/var/lib/redink), open that directory (chmod o+x " +
                         *closed + "), or run redink as an ordinary user");
    }
}

void create_cluster(const ClusterPaths& paths,
                    const ServerPrograms& programs,
                    const Account& account) {
    std::error_code problem;
    fs::remove_all(paths.partial, problem);
    if (problem) {
        errno = problem.value();
        refuse_errno("cannot remove the unfinished cluster", paths.partial);
    }
    make_directory(paths.partial, kPrivate);
    give_to(paths.partial, account);
    const Finished made = run_to_end({{programs.initdb,
                                       "-D",
                                       paths.partial,
                                       "-U",
                                       "redink",
                                       "-E",
                                       "UTF8",
                                       "--locale=C",
                                       "--data-checksums",
                                       "--auth-local=trust",
                                       "--auth-host=reject"},
                                      account,
                                      -1,
                                      SIGTERM});
    if (!made.succeeded) {
        fs::remove_all(paths.partial, problem);
        throw_server_failure("initdb failed", made.output, paths);
    }
    if (rename(paths.partial.c_str(), paths.cluster.c_str()) != 0) {
        refuse_errno("cannot put in place", paths.cluster);
    }
    sync_directory(paths.home);
}

std::optional<Postmaster> load_pid_file(const ClusterPaths& paths) {
    std::ifstream file{paths.cluster / "postmaster.pid"};
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        lines.push_back(line);
    }
    constexpr std::size_t kPortLine = 3;
    constexpr std::size_t kSocketLine = 4;
    Postmaster postmaster;
    postmaster.pid = lines.empty() ? 0 : std::atoi(lines.front().c_str());
    if (postmaster.pid <= 0) {
        return std::nullopt;
    }
    postmaster.port = lines.size() > kPortLine ? std::atoi(lines[kPortLine].c_str()) : 0;
    postmaster.socket_dir = lines.size() > kSocketLine ? lines[kSocketLine] : "";
    return postmaster;
}

std::optional<Postmaster> find_live_postmaster(const ClusterPaths& paths) {
    const std::optional<Postmaster> postmaster = load_pid_file(paths);
    if (!postmaster || !is_alive(postmaster->pid)) {
        return std::nullopt;
    }
    // A postmaster works inside its cluster; after a crash its number may be anybody's.
    const fs::path working = "/proc/" + std::to_string(postmaster->pid) + "/cwd";
    if (!is_same_directory(working, paths.cluster)) {
        return std::nullopt;
    }
    return postmaster;
}

std::string prepare_socket_dir(const ClusterPaths& paths, const Account& account) {
    const fs::path beside = paths.home / "socket";
    if (!is_usable_for_socket(beside)) {
        return private_socket_dir(paths, account);
    }
    make_directory(beside, kPrivate);
    give_to(beside, account);
    return beside;
}

void throw_server_failure(const std::string& what,
                          const std::string& output,
                          const ClusterPaths& paths) {
    constexpr std::size_t kMaxQuote = 2000;
    const std::string said =
        output.size() > kMaxQuote ? output.substr(output.size() - kMaxQuote) : output;
    if (classify({}, output) == StoreErrc::disk_full) {
        throw StoreError{StoreErrc::disk_full,
                         what + ": no space left for the private database in " +
                             paths.home.string() +
                             "; free space there or choose another data_dir (" + said + ")"};
    }
    refuse_directory(what + " in " + paths.home.string() + ": " + said);
}

}  // namespace redink::store
