#pragma once

#include <chrono>
#include <string>
#include <sys/types.h>
#include <vector>

#include "tests/support/postgres_fixture.hpp"

namespace redink::test {

/// What the program did.
struct ProgramResult {
    int exit_code = -1;  ///< 128 + signal when a signal ended it
    std::string out;
    std::string err;
};

/// Runs redink with these arguments to its end. Its environment has no REDINK_ variable.
[[nodiscard]] ProgramResult run_program(const std::vector<std::string>& arguments);

/// redink, running beside the test.
class RunningProgram {
  public:
    explicit RunningProgram(const std::vector<std::string>& arguments);

    /// Kills what still runs.
    ~RunningProgram();

    RunningProgram(const RunningProgram&) = delete;
    RunningProgram& operator=(const RunningProgram&) = delete;

    /// Waits until the program has written this to standard error, and gives the rest of that
    /// line; throws after a minute, or when the program has ended.
    [[nodiscard]] std::string wait_for_error_text(const std::string& text) const;

    /// What it has written to standard error.
    [[nodiscard]] std::string errors() const;

    void signal(int number) const;

    /// Waits for its end.
    [[nodiscard]] ProgramResult wait();

    [[nodiscard]] pid_t pid() const {
        return pid_;
    }

  private:
    TemporaryFolder folder_;
    pid_t pid_ = -1;
    bool ended_ = false;
};

/// Starts redink and kills it (SIGKILL) at a moment below `longest` that `seed` chooses; true when
/// it was still running.
[[nodiscard]] bool kill_program_within(const std::vector<std::string>& arguments,
                                       std::chrono::milliseconds longest,
                                       unsigned seed);

/// Writes a file into a folder and returns its path.
std::string write_file(const TemporaryFolder& folder,
                       const std::string& name,
                       const std::string& text);

/// A number from the environment: long runs ask for more than the usual.
[[nodiscard]] int number_from_environment(const char* name, int usual);

/// REDINK_SEED, or a fixed one.
[[nodiscard]] unsigned seed_from_environment();

}  // namespace redink::test
