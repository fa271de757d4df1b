#pragma once

#include <functional>
#include <string>
#include <sys/types.h>

namespace redink::test {

/// A forked copy of the test process, which runs one function and then leaves without running exit
/// handlers. Fork before the test starts threads.
class ChildProcess {
  public:
    /// The child's end.
    class Pipe {
      public:
        Pipe(int out, int in) : out_{out}, in_{in} {
        }

        /// One message to the parent.
        void send(const std::string& line);

        /// Returns when the parent destroys its ChildProcess.
        void wait_for_end();

      private:
        int out_;
        int in_;
    };

    /// What an exception in `body` says is sent as a message.
    explicit ChildProcess(const std::function<void(Pipe&)>& body);
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// Lets the child end and waits for it.
    ~ChildProcess();

    /// The next message; empty when the child ended without one.
    [[nodiscard]] std::string receive();

    /// SIGKILL, and waits until the process is gone.
    void kill();

  private:
    pid_t pid_;
    int from_child_ = -1;
    int to_child_ = -1;
};

}  // namespace redink::test
