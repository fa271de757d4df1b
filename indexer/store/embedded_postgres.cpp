#include "indexer/store/embedded_postgres.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <optional>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

#include <libpq-fe.h>
#include <pqxx/nontransaction>

#include "indexer/store/connection.hpp"
#include "indexer/store/embedded_postgres_cluster.hpp"
#include "indexer/store/embedded_postgres_orphans.hpp"
#include "indexer/store/embedded_postgres_process.hpp"
#include "indexer/store/embedded_postgres_programs.hpp"
#include "indexer/store/embedded_postgres_settings.hpp"
#include "indexer/store/errors.hpp"

namespace redink::store {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPollInterval{10};
constexpr std::chrono::seconds kOrphanPatience{5};
constexpr std::uintmax_t kMaxLogBytes = 4 << 20;
constexpr const char* kDatabase = "redink";

// A file with a lock that the kernel frees when the process ends, however it ends.
class LockFile {
  public:
    explicit LockFile(const fs::path& path)
        : fd_{open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644)} {
        if (fd_ < 0) {
            throw StoreError{StoreErrc::data_directory,
                             "cannot open " + path.string() + ": " + std::strerror(errno)};
        }
    }

    LockFile(const LockFile&) = delete;
    LockFile& operator=(const LockFile&) = delete;

    ~LockFile() {
        close(fd_);
    }

    [[nodiscard]] bool try_lock() {
        held_ = held_ || flock(fd_, LOCK_EX | LOCK_NB) == 0;
        return held_;
    }

    void unlock() {
        flock(fd_, LOCK_UN);
        held_ = false;
    }

    [[nodiscard]] bool is_held() const {
        return held_;
    }

    // The number in the file: the server that the last owner started.
    [[nodiscard]] pid_t load_pid() const {
        std::array<char, 32> text{};
        const ssize_t size = pread(fd_, text.data(), text.size() - 1, 0);
        return size > 0 ? std::atoi(text.data()) : 0;
    }

    void store_pid(pid_t pid) {
        const std::string text = std::to_string(pid) + "\n";
        const bool written = ftruncate(fd_, 0) == 0 &&
                             pwrite(fd_, text.data(), text.size(), 0) == ssize_t(text.size());
        if (!written) {
            throw StoreError{errno == ENOSPC ? StoreErrc::disk_full : StoreErrc::data_directory,
                             std::string{"cannot write the owner file: "} + std::strerror(errno)};
        }
    }

  private:
    int fd_;
    bool held_ = false;
};

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    constexpr std::string_view kPlain = "-._~/";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool letter_or_digit =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter_or_digit || kPlain.find(c) != std::string_view::npos) {
            encoded += c;
        } else {
            encoded.append({'%', kDigits[byte >> 4U], kDigits[byte & 15U]});
        }
    }
    return encoded;
}

std::string read_from(const fs::path& path, std::uintmax_t offset) {
    std::ifstream file{path};
    file.seekg(static_cast<std::streamoff>(offset));
    return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace

class EmbeddedPostgres::Server {
  public:
    explicit Server(EmbeddedOptions options)
        : options_{std::move(options)},
          paths_{prepare_data_dir(options_.data_dir, options_.fallback_dir)},
          owner_{paths_.owner} {
    }

    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    ~Server() {
        // Not in a child that somebody forked from us.
        if (child_ != 0 && starter_ == getpid()) {
            stop(child_);
            remove_outer_socket_dir();
        }
    }

    void ensure_running();

    [[nodiscard]] std::string url(std::string_view database) const {
        return "postgresql://redink@/" + percent_encoded(database) +
               "?host=" + percent_encoded(address_.socket_dir) +
               "&port=" + std::to_string(address_.port);
    }

    [[nodiscard]] bool is_owner() const {
        return child_ != 0;
    }

    [[nodiscard]] pid_t pid() const {
        return address_.pid;
    }

    [[nodiscard]] bool is_running() const {
        return child_ != 0 ? is_alive(child_) : find_live_postmaster(paths_).has_value();
    }

  private:
    bool join(Clock::time_point deadline);
    void become_owner();
    void start();
    void remove_stale_locks() const;
    void wait_until_ready(std::uintmax_t log_start);
    void create_database();
    bool stop(pid_t pid) const;
    void remove_outer_socket_dir() const;
    int open_log() const;
    [[nodiscard]] std::vector<std::string> command_line(const fs::path& postgres) const;

    EmbeddedOptions options_;
    ClusterPaths paths_;
    LockFile owner_;
    Postmaster address_;
    pid_t child_ = 0;
    pid_t starter_ = getpid();
};

void EmbeddedPostgres::Server::ensure_running() {
    if (child_ != 0 && is_alive(child_)) {
        return;
    }
    child_ = 0;
    const Clock::time_point deadline = Clock::now() + options_.patience;
    for (;;) {
        if (owner_.try_lock()) {
            become_owner();
            return;
        }
        if (join(deadline)) {
            return;
        }
    }
}

// Somebody else runs the server, or is about to.
bool EmbeddedPostgres::Server::join(Clock::time_point deadline) {
    if (const std::optional<Postmaster> found = load_pid_file(paths_);
        found && !found->socket_dir.empty()) {
        address_ = *found;
        if (PQping(url("postgres").c_str()) == PQPING_OK) {
            create_database();
            return true;
        }
    }
    if (Clock::now() >= deadline) {
        throw DatabaseUnavailable{"another redink process uses " + paths_.data_dir.string() +
                                  ", but its database does not answer; see " + paths_.log.string()};
    }
    std::this_thread::sleep_for(kPollInterval);
    return false;
}

void EmbeddedPostgres::Server::become_owner() {
    const std::optional<Postmaster> running = find_live_postmaster(paths_);
    if (running && running->pid != owner_.load_pid()) {
        // Started by hand: used, and left alone.
        owner_.unlock();
        const Clock::time_point deadline = Clock::now() + options_.patience;
        while (!join(deadline)) {
        }
        return;
    }
    // Left behind by a process that was killed. Its own death signal may be on the way, so it is
    // not taken over.
    if (running && !stop(running->pid)) {
        throw DatabaseUnavailable{"the server process " + std::to_string(running->pid) +
                                  " of an earlier run does not stop; end it by hand"};
    }
    start();
}

void EmbeddedPostgres::Server::start() {
    const Account account = choose_account(paths_);
    const int major = load_cluster_major(paths_);
    const ServerPrograms programs = choose_server(
        options_.search_path.empty() ? server_search_path() : options_.search_path, major);
    check_reachable(paths_, account);
    if (major == 0) {
        create_cluster(paths_, programs, account);
    }
    address_ = {0, kEmbeddedPort, prepare_socket_dir(paths_, account)};
    if (!end_orphans(paths_.cluster, kOrphanPatience)) {
        throw DatabaseUnavailable{"processes of a server that was killed still work in " +
                                  paths_.cluster.string() + "; end them by hand"};
    }
    remove_stale_locks();
    const int log = open_log();
    const std::uintmax_t log_start = fs::file_size(paths_.log);
    child_ = spawn({command_line(programs.postgres), account, log, SIGINT});
    close(log);
    address_.pid = child_;
    owner_.store_pid(child_);
    wait_until_ready(log_start);
    create_database();
}

// No server of this cluster lives. PostgreSQL itself would take a living process that was given the
// number in a stale file for one, and refuse to start.
void EmbeddedPostgres::Server::remove_stale_locks() const {
    std::error_code ignored;
    const fs::path sockets = address_.socket_dir;
    const std::string socket = ".s.PGSQL." + std::to_string(kEmbeddedPort);
    fs::remove(paths_.cluster / "postmaster.pid", ignored);
    fs::remove(sockets / socket, ignored);
    fs::remove(sockets / (socket + ".lock"), ignored);
}

void EmbeddedPostgres::Server::wait_until_ready(std::uintmax_t log_start) {
    Clock::time_point silence_limit = Clock::now() + options_.patience;
    const Clock::time_point recovery_limit = Clock::now() + options_.recovery_patience;
    const std::string address = url("postgres");
    for (;;) {
        const PGPing answer = PQping(address.c_str());
        if (answer == PQPING_OK) {
            return;
        }
        const ChildState state = look_at_child(child_);
        if (state != ChildState::runs) {
            child_ = 0;
        }
        if (state == ChildState::killed) {
            // By somebody, or by the kernel when memory is short: the next start may go well.
            throw DatabaseUnavailable{"the private PostgreSQL was killed while it started; see " +
                                      paths_.log.string()};
        }
        if (state == ChildState::ended) {
            throw_server_failure(
                "the private PostgreSQL did not start", read_from(paths_.log, log_start), paths_);
        }
        const Clock::time_point now = Clock::now();
        if (answer == PQPING_REJECT && now < recovery_limit) {
            silence_limit = now + options_.patience;
        }
        if (now >= silence_limit) {
            throw DatabaseUnavailable{"the private PostgreSQL does not answer; see " +
                                      paths_.log.string()};
        }
        std::this_thread::sleep_for(kPollInterval);
    }
}

void EmbeddedPostgres::Server::create_database() {
    Connection connection{url("postgres")};
    pqxx::nontransaction tx{connection.session()};
    const std::string name = kDatabase;
    if (!tx.exec_params("SELECT 1 FROM pg_database WHERE datname = $1", name).empty()) {
        return;
    }
    try {
        tx.exec("CREATE DATABASE " + name);
    } catch (const pqxx::sql_error& error) {
        // Another process joined at the same moment and was first: 42P04, or 23505 in the race.
        if (error.sqlstate() != "42P04" && error.sqlstate() != "23505") {
            throw;
        }
    }
}

// Fast shutdown; an immediate one, which the next start recovers from, when that takes too long.
bool EmbeddedPostgres::Server::stop(pid_t pid) const {
    for (const int number : {SIGINT, SIGQUIT}) {
        kill(pid, number);
        if (wait_for_end(pid, Clock::now() + options_.patience)) {
            return true;
        }
    }
    return false;
}

// One in the home stays with it; rmdir takes only an empty one.
void EmbeddedPostgres::Server::remove_outer_socket_dir() const {
    if (fs::path{address_.socket_dir}.parent_path() != paths_.home) {
        rmdir(address_.socket_dir.c_str());
    }
}

int EmbeddedPostgres::Server::open_log() const {
    std::error_code ignored;
    if (fs::file_size(paths_.log, ignored) > kMaxLogBytes && !ignored) {
        fs::rename(paths_.log, paths_.log.string() + ".1", ignored);
    }
    const int fd =
        open(paths_.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0) {
        throw StoreError{StoreErrc::data_directory,
                         "cannot open " + paths_.log.string() + ": " + std::strerror(errno)};
    }
    return fd;
}

std::vector<std::string> EmbeddedPostgres::Server::command_line(const fs::path& postgres) const {
    std::vector<std::string> words{postgres, "-D", paths_.cluster};
    const auto set = [&words](const std::string& name, const std::string& value) {
        words.emplace_back("-c");
        words.push_back(name + "=" + value);
    };
    for (const ServerSetting& setting : server_settings()) {
        set(setting.name, setting.value);
    }
    set("unix_socket_directories", address_.socket_dir);
    for (const auto& [name, value] : options_.extra_settings) {
        set(name, value);
    }
    return words;
}

EmbeddedPostgres::EmbeddedPostgres(EmbeddedOptions options)
    : server_{std::make_unique<Server>(std::move(options))} {
    server_->ensure_running();
}

EmbeddedPostgres::~EmbeddedPostgres() = default;

std::string EmbeddedPostgres::url() const {
    return server_->url(kDatabase);
}

std::string EmbeddedPostgres::url(std::string_view database) const {
    return server_->url(database);
}

bool EmbeddedPostgres::is_owner() const {
    return server_->is_owner();
}

int EmbeddedPostgres::postmaster_pid() const {
    return server_->pid();
}

bool EmbeddedPostgres::is_running() const {
    return server_->is_running();
}

void EmbeddedPostgres::ensure_running() {
    server_->ensure_running();
}

}  // namespace redink::store
