#include "app/chain/chain_follower.hpp"

#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "accounting/money/invariant.hpp"
#include "app/chain/follow_session.hpp"
#include "indexer/store/errors.hpp"

namespace redink::app {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{200};
constexpr milliseconds kLongestPause{10'000};
constexpr milliseconds kLook{50};

Task<void> run_into(FollowSession& session, std::optional<Result<void>>& ended) {
    ended = co_await session.run();
}

}  // namespace

ChainFollower::ChainFollower(const Config& config,
                             const ChainConfig& chain,
                             const Database& database,
                             ChainState& state,
                             FollowOptions options)
    : config_{config},
      chain_{chain},
      database_{database},
      state_{state},
      options_{std::move(options)} {
}

void ChainFollower::run() {
    try {
        run_sessions();
    } catch (const std::exception& failure) {
        state_.stop(failure.what());
        if (options_.note) {
            options_.note("chain=" + chain_.name + " event=stopped reason=\"" + failure.what() +
                          "\"");
        }
    }
}

// A database that went away, or another process that has the chain, is waited for.
void ChainFollower::run_sessions() {
    milliseconds length = kFirstPause;
    while (!options_.stop->load()) {
        const auto started = std::chrono::steady_clock::now();
        try {
            database_.ensure_running();
            run_session();
            return;
        } catch (const std::exception& failure) {
            const bool locked = store::is_database_error(failure) &&
                                store::classify(failure) == store::StoreErrc::locked;
            const bool outage = store::is_database_error(failure) &&
                                (locked || store::may_pass(failure) ||
                                 store::classify(failure) == store::StoreErrc::disk_full);
            if (!outage) {
                throw;
            }
            const std::string text = store::to_error(failure).text;
            state_.set_trouble(text);
            state_.count_restart();
            if (options_.note) {
                options_.note("chain=" + chain_.name + " event=waiting reason=\"" + text + "\"");
            }
        }
        if (std::chrono::steady_clock::now() - started > kLongestPause) {
            length = kFirstPause;
        }
        const auto until = std::chrono::steady_clock::now() + length;
        while (!options_.stop->load() && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(kLook);
        }
        length = std::min(length * 2, kLongestPause);
    }
}

void ChainFollower::run_session() {
    asio::io_context io;
    FollowSession session{io, config_, chain_, database_, state_, options_};
    state_.set_trouble("");
    std::optional<Result<void>> ended;
    std::exception_ptr thrown;
    asio::co_spawn(
        io, run_into(session, ended), [&thrown](std::exception_ptr error) { thrown = error; });
    io.run();
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    if (!*ended) {
        state_.stop(ended->error().text);
        if (options_.note) {
            options_.note("chain=" + chain_.name + " event=stopped reason=\"" +
                          ended->error().text + "\"");
        }
    }
}

}  // namespace redink::app
