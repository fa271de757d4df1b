#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace redink::store {

/// Whom a server process runs as.
struct Account {
    uid_t uid = 0;
    gid_t gid = 0;
    std::string name;
    bool switched = false;  ///< false: it is our own account, nothing to switch
};

/// A child process to be.
struct ChildSpec {
    std::vector<std::string> argv;  ///< argv[0] is the path of the program
    Account account;
    int output_fd = -1;    ///< becomes its standard output and error
    int death_signal = 0;  ///< what it gets when the thread that spawned it ends; 0 for nothing
};

/// How a child ended, and all it wrote.
struct Finished {
    bool succeeded = false;
    std::string output;
};

/// Starts a child in a session of its own (a Ctrl-C in the terminal does not reach it), with
/// default signals, without our files, speaking English. Throws std::system_error when fork fails.
[[nodiscard]] pid_t spawn(const ChildSpec& spec);

/// Runs a program to its end. `output_fd` of the spec is ignored.
[[nodiscard]] Finished run_to_end(ChildSpec spec);

/// How a child stands. One that is found ended or killed is reaped.
enum class ChildState : std::uint8_t { runs, ended, killed };

/// Tells how a child of ours stands; `killed` by a signal that it did not handle.
[[nodiscard]] ChildState look_at_child(pid_t pid);

/// True when the process exists and is not a zombie of ours; a dead child is reaped.
[[nodiscard]] bool is_alive(pid_t pid);

/// Waits for the end of any process, child or not; false at the deadline.
[[nodiscard]] bool wait_for_end(pid_t pid, std::chrono::steady_clock::time_point deadline);

/// The first of `paths` that `account` may not enter; tried in a child that switched to it.
[[nodiscard]] std::optional<std::string> find_closed_directory(
    const Account& account, const std::vector<std::string>& paths);

}  // namespace redink::store
