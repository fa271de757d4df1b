#include "indexer/store/embedded_postgres_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace redink::store {
namespace {

constexpr std::chrono::milliseconds kPollInterval{5};
constexpr int kExecFailed = 127;

[[noreturn]] void fail_in_child(const char* what) {
    // Only calls that are safe between fork and exec.
    const char* reason = strerrordesc_np(errno);
    const std::array<const char*, 4> parts{what, ": ", reason != nullptr ? reason : "?", "\n"};
    for (const char* part : parts) {
        if (write(STDERR_FILENO, part, std::strlen(part)) < 0) {
            break;
        }
    }
    _exit(kExecFailed);
}

bool switch_account(const Account& account) {
    return !account.switched || (setgroups(1, &account.gid) == 0 && setgid(account.gid) == 0 &&
                                 setuid(account.uid) == 0);
}

void reset_signals() {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int number :
         {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGPIPE, SIGCHLD, SIGUSR1, SIGUSR2}) {
        signal(number, SIG_DFL);
    }
}

[[noreturn]] void become(const ChildSpec& spec,
                         const std::vector<char*>& argv,
                         const std::vector<char*>& environment,
                         pid_t parent) {
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    dup2(spec.output_fd, STDOUT_FILENO);
    dup2(spec.output_fd, STDERR_FILENO);
    close_range(STDERR_FILENO + 1, ~0U, 0);
    setsid();
    reset_signals();
    if (!switch_account(spec.account)) {
        fail_in_child("cannot switch to the server's account");
    }
    // Changing the user clears it, so it comes after; the parent may have died in between.
    if (spec.death_signal != 0 &&
        (prctl(PR_SET_PDEATHSIG, spec.death_signal) != 0 || getppid() != parent)) {
        _exit(kExecFailed);
    }
    execve(argv.front(), argv.data(), environment.data());
    fail_in_child(argv.front());
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) {
        all.push_back(text.data());
    }
    all.push_back(nullptr);
    return all;
}

// Ours, without what would change the server (PG…) or the language of its messages.
std::vector<std::string> clean_environment() {
    std::vector<std::string> kept;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text{*entry};
        if (!text.starts_with("PG") && !text.starts_with("LC_") && !text.starts_with("LANG")) {
            kept.emplace_back(text);
        }
    }
    kept.emplace_back("LC_ALL=C");
    return kept;
}

std::string read_all(int fd) {
    std::string all;
    std::array<char, 4096> buffer{};
    for (;;) {
        const ssize_t count = read(fd, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return all;
        }
        all.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

int wait_for_child(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

pid_t fork_or_throw() {
    const pid_t pid = fork();
    if (pid < 0) {
        throw std::system_error{errno, std::generic_category(), "fork"};
    }
    return pid;
}

}  // namespace

pid_t spawn(const ChildSpec& spec) {
    std::vector<std::string> arguments = spec.argv;
    std::vector<std::string> variables = clean_environment();
    const std::vector<char*> argv = pointers(arguments);
    const std::vector<char*> environment = pointers(variables);
    const pid_t parent = getpid();
    const pid_t pid = fork_or_throw();
    if (pid == 0) {
        become(spec, argv, environment, parent);
    }
    return pid;
}

Finished run_to_end(ChildSpec spec) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::system_error{errno, std::generic_category(), "pipe"};
    }
    spec.output_fd = ends[1];
    const pid_t pid = spawn(spec);
    close(ends[1]);
    Finished finished;
    finished.output = read_all(ends[0]);
    close(ends[0]);
    const int status = wait_for_child(pid);
    finished.succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return finished;
}

ChildState look_at_child(pid_t pid) {
    int status = 0;
    const pid_t reaped = waitpid(pid, &status, WNOHANG);
    if (reaped == 0) {
        return ChildState::runs;
    }
    return reaped == pid && WIFSIGNALED(status) ? ChildState::killed : ChildState::ended;
}

bool is_alive(pid_t pid) {
    const pid_t reaped = waitpid(pid, nullptr, WNOHANG);
    if (reaped == pid) {
        return false;
    }
    return kill(pid, 0) == 0 || errno == EPERM;
}

bool wait_for_end(pid_t pid, std::chrono::steady_clock::time_point deadline) {
    while (is_alive(pid)) {
        if (std::chrono::steady_clock::now() >= deadline) {
            return false;
        }
        std::this_thread::sleep_for(kPollInterval);
    }
    return true;
}

std::optional<std::string> find_closed_directory(const Account& account,
                                                 const std::vector<std::string>& paths) {
    if (!account.switched) {
        return std::nullopt;
    }
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::system_error{errno, std::generic_category(), "pipe"};
    }
    const pid_t pid = fork_or_throw();
    if (pid == 0) {
        std::size_t open_count = 0;
        if (switch_account(account)) {
            while (open_count < paths.size() && access(paths[open_count].c_str(), X_OK) == 0) {
                ++open_count;
            }
        }
        _exit(write(ends[1], &open_count, sizeof open_count) == sizeof open_count ? 0 : 1);
    }
    close(ends[1]);
    std::size_t open_count = 0;
    const bool answered = read(ends[0], &open_count, sizeof open_count) == sizeof open_count;
    close(ends[0]);
    wait_for_child(pid);
    if (answered && open_count >= paths.size()) {
        return std::nullopt;
    }
    return paths.at(std::min(open_count, paths.size() - 1));
}

}  // namespace redink::store
