#include "tests/support/program.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <random>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace redink::test {
namespace {

pid_t start(const std::vector<std::string>& arguments, int out, int err) {
    std::vector<std::string> words{REDINK_PROGRAM};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    const pid_t pid = fork();
    if (pid < 0) {
        throw std::runtime_error{"fork failed"};
    }
    if (pid == 0) {
        dup2(out, STDOUT_FILENO);
        dup2(err, STDERR_FILENO);
        for (const char* name : {"REDINK_CONFIG", "REDINK_DATABASE", "REDINK_RPC"}) {
            unsetenv(name);
        }
        setenv("LSAN_OPTIONS", "suppressions=" REDINK_LEAKS_OF_OTHERS ":print_suppressions=0", 1);
        execv(argv[0], argv.data());
        _exit(127);
    }
    return pid;
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in{path};
    return {std::istreambuf_iterator<char>{in}, {}};
}

int open_for_writing(const std::filesystem::path& path) {
    return ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

}  // namespace

ProgramResult run_program(const std::vector<std::string>& arguments) {
    const TemporaryFolder folder;
    const auto out_path = folder.path() / "out";
    const auto err_path = folder.path() / "err";
    const int out = open_for_writing(out_path);
    const int err = open_for_writing(err_path);
    const pid_t pid = start(arguments, out, err);
    close(out);
    close(err);
    int status = 0;
    waitpid(pid, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            read_file(out_path),
            read_file(err_path)};
}

RunningProgram::RunningProgram(const std::vector<std::string>& arguments) {
    const int out = open_for_writing(folder_.path() / "out");
    const int err = open_for_writing(folder_.path() / "err");
    pid_ = start(arguments, out, err);
    close(out);
    close(err);
}

RunningProgram::~RunningProgram() {
    if (!ended_) {
        ::kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
}

std::string RunningProgram::errors() const {
    return read_file(folder_.path() / "err");
}

std::string RunningProgram::wait_for_error_text(const std::string& text) const {
    constexpr std::chrono::seconds kPatience{60};
    constexpr std::chrono::milliseconds kLook{5};
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < until) {
        const std::string written = errors();
        const auto at = written.find(text);
        const auto end = at == std::string::npos ? at : written.find('\n', at);
        if (end != std::string::npos) {
            const auto first = at + text.size();
            return written.substr(first, end - first);
        }
        std::this_thread::sleep_for(kLook);
    }
    throw std::runtime_error{"the program did not write \"" + text + "\" but:\n" + errors()};
}

void RunningProgram::signal(int number) const {
    ::kill(pid_, number);
}

ProgramResult RunningProgram::wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    ended_ = true;
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            read_file(folder_.path() / "out"),
            errors()};
}

bool kill_program_within(const std::vector<std::string>& arguments,
                         std::chrono::milliseconds longest,
                         unsigned seed) {
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    const pid_t pid = start(arguments, nowhere, nowhere);
    close(nowhere);
    std::mt19937 random{seed};
    // The moment is the point of the test: any will do.
    std::this_thread::sleep_for(std::chrono::milliseconds{
        std::uniform_int_distribution<std::int64_t>{0, longest.count()}(random)});
    ::kill(pid, SIGKILL);
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status);
}

std::string write_file(const TemporaryFolder& folder,
                       const std::string& name,
                       const std::string& text) {
    const auto path = folder.path() / name;
    std::ofstream{path} << text;
    return path.string();
}

int number_from_environment(const char* name, int usual) {
    const char* text = std::getenv(name);
    return text == nullptr ? usual : std::atoi(text);
}

unsigned seed_from_environment() {
    return static_cast<unsigned>(number_from_environment("REDINK_SEED", 20261121));
}

}  // namespace redink::test
