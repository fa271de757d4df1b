#include "tests/support/child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <fcntl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace redink::test {

void ChildProcess::Pipe::send(const std::string& line) {
    const std::string text = line + '\n';
    if (write(out_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
        _exit(1);
    }
}

void ChildProcess::Pipe::wait_for_end() {
    char nothing = 0;
    while (read(in_, &nothing, 1) < 0 && errno == EINTR) {
    }
}

ChildProcess::ChildProcess(const std::function<void(Pipe&)>& body) {
    std::array<int, 2> up{};
    std::array<int, 2> down{};
    if (pipe2(up.data(), O_CLOEXEC) != 0 || pipe2(down.data(), O_CLOEXEC) != 0) {
        throw std::system_error{errno, std::generic_category(), "pipe"};
    }
    pid_ = fork();
    if (pid_ < 0) {
        throw std::system_error{errno, std::generic_category(), "fork"};
    }
    if (pid_ == 0) {
        close(up[0]);
        close(down[1]);
        Pipe pipe{up[1], down[0]};
        try {
            body(pipe);
        } catch (const std::exception& error) {
            pipe.send(error.what());
        }
        _exit(0);
    }
    close(up[1]);
    close(down[0]);
    from_child_ = up[0];
    to_child_ = down[1];
}

ChildProcess::~ChildProcess() {
    close(to_child_);
    if (pid_ > 0) {
        waitpid(pid_, nullptr, 0);
    }
    close(from_child_);
}

std::string ChildProcess::receive() {
    std::string line;
    for (char c = 0; read(from_child_, &c, 1) == 1 && c != '\n';) {
        line += c;
    }
    return line;
}

void ChildProcess::kill() {
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
}

}  // namespace redink::test
