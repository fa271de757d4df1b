#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "app/database.hpp"

namespace redink::app {

/// What a wait for the database listens to and tells.
struct ReconnectHooks {
    const std::atomic<bool>* stop = nullptr;
    std::function<void(const std::string&)> note;
};

/// Runs `session`, which opens its own connections, until it returns. When the database went away
/// meanwhile (a restart, a failover, a dropped connection), waits with growing pauses and runs it
/// again, for as long as `stop` is not set and no pause of ten minutes in a row passed without
/// success; a private server that died is started again. Everything else that is thrown passes
/// through; a full disk of the private server is named.
void with_reconnect(const Database& database,
                    const ReconnectHooks& hooks,
                    const std::function<void()>& session);

}  // namespace redink::app
