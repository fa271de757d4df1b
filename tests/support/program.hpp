#pragma once

#include <chrono>
#include <string>
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
