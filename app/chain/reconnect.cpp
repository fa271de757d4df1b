#include "app/chain/reconnect.hpp"

#include <chrono>
#include <optional>
#include <thread>

#include "indexer/store/errors.hpp"

namespace redink::app {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds kFirstPause{200};
constexpr milliseconds kLongestPause{10'000};
constexpr milliseconds kPatience{600'000};
constexpr milliseconds kLook{50};

bool is_stopped(const ReconnectHooks& hooks) {
    return hooks.stop != nullptr && hooks.stop->load();
}

void pause(milliseconds length, const ReconnectHooks& hooks) {
    const auto until = SteadyClock::now() + length;
    while (SteadyClock::now() < until && !is_stopped(hooks)) {
        std::this_thread::sleep_for(kLook);
    }
}

// Our own session may still hold the lock for a moment after its connection broke.
bool is_outage(const std::exception& failure, bool again) {
    return store::may_pass(failure) ||
           (again && store::classify(failure) == store::StoreErrc::locked);
}

// A private server that cannot write dies instead of refusing: then the disk is the reason.
void rethrow_with_disk(const Database& database, const std::exception& failure) {
    const auto trouble = database.disk_trouble();
    if (!trouble) {
        throw;
    }
    throw store::StoreError{store::StoreErrc::disk_full,
                            *trouble + " (" + store::to_error(failure).text + ")"};
}

}  // namespace

void with_reconnect(const Database& database,
                    const ReconnectHooks& hooks,
                    const std::function<void()>& session) {
    // A database that was never there is a mistake, not an outage.
    static_cast<void>(database.connect());
    milliseconds length = kFirstPause;
    std::optional<SteadyClock::time_point> lost_at;
    for (;;) {
        const auto started = SteadyClock::now();
        try {
            database.ensure_running();
            session();
            return;
        } catch (const std::exception& failure) {
            if (!store::is_database_error(failure)) {
                throw;
            }
            // A session that lasted ends the outage before it.
            if (!lost_at || SteadyClock::now() - started > kLongestPause) {
                length = kFirstPause;
                lost_at = SteadyClock::now();
            }
            const bool over = SteadyClock::now() - *lost_at > kPatience || is_stopped(hooks);
            if (!is_outage(failure, length > kFirstPause) || over || database.disk_trouble()) {
                rethrow_with_disk(database, failure);
            }
            if (hooks.note) {
                hooks.note("the database went away (" + store::to_error(failure).text +
                           "); trying again in " + std::to_string(length.count()) + " ms");
            }
            pause(length, hooks);
            length = std::min(length * 2, kLongestPause);
        }
    }
}

}  // namespace redink::app
