#include "app/stop_signal.hpp"

#include <csignal>
#include <unistd.h>

namespace redink::app {
namespace {

std::atomic<bool> asked{false};

static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void on_stop_signal(int signal) {
    if (asked.exchange(true)) {
        _exit(128 + signal);
    }
}

void handle(void (*handler)(int)) {
    struct sigaction action {};

    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

StopSignal::StopSignal() {
    asked = false;
    handle(on_stop_signal);
}

StopSignal::~StopSignal() {
    handle(SIG_DFL);
}

const std::atomic<bool>& StopSignal::flag() const {
    return asked;
}

}  // namespace redink::app
