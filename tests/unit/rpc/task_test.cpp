#include "indexer/rpc/task.hpp"

#include <memory>
#include <stdexcept>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <doctest/doctest.h>

#include "tests/support/fake_http_server.hpp"

namespace redink::rpc {
namespace {

using std::chrono::milliseconds;
using tests::run;

/// Says when a coroutine's frame is gone.
struct Watch {
    explicit Watch(bool& flag) : gone{flag} {
    }

    ~Watch() {
        gone = true;
    }

    bool& gone;
};

/// Never ends unless it is cancelled.
Task<CallResult<int>> stuck(bool& gone) {
    const Watch watch{gone};
    asio::steady_timer timer{co_await asio::this_coro::executor,
                             asio::steady_timer::time_point::max()};
    const auto [error] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return fail(RpcErrc::cancelled, error.message());
}

/// The same, but ends with Asio's exception.
Task<CallResult<int>> stuck_throwing(bool& gone) {
    const Watch watch{gone};
    asio::steady_timer timer{co_await asio::this_coro::executor,
                             asio::steady_timer::time_point::max()};
    co_await timer.async_wait(asio::use_awaitable);
    co_return 1;
}

Task<CallResult<std::unique_ptr<int>>> seven() {
    co_return std::make_unique<int>(7);
}

Task<CallResult<int>> thrower() {
    throw std::runtime_error{"broken"};
    co_return 1;
}

Task<Result<int>> plain_error() {
    co_return Error{make_error_code(RpcErrc::refused), "no"};
}

Task<bool> has_ended(const bool& gone, Task<CallResult<int>> work) {
    const auto result = co_await with_deadline(std::move(work), milliseconds{1});
    co_return gone&& result.error().is(RpcErrc::deadline);
}

/// Work whose result has no default value.
struct Odd {
    explicit Odd(int n) : number{n} {
    }

    int number;
};

Task<int> blocking(asio::thread_pool& pool, std::thread::id& where) {
    const auto work = [&where] {
        where = std::this_thread::get_id();
        return Odd{42};
    };
    const Odd odd = co_await run_blocking(pool, work);
    const auto nothing = [] {};
    co_await run_blocking(pool, nothing);
    co_return odd.number;
}

Task<int> blocking_failure(asio::thread_pool& pool) {
    const auto work = []() -> int { throw std::runtime_error{"database gone"}; };
    co_return co_await run_blocking(pool, work);
}

}  // namespace

TEST_CASE("work that ends before its deadline gives its result") {
    asio::io_context io;
    const auto result = run(io, with_deadline(seven(), milliseconds{60'000}));
    CHECK(*result.value() == 7);
    const auto error = run(io, with_deadline(plain_error(), milliseconds{60'000}));
    CHECK(error.error().text == "no");
}

TEST_CASE("when the deadline passes the work has ended before the caller goes on") {
    asio::io_context io;
    bool gone = false;
    CHECK(run(io, has_ended(gone, stuck(gone))));
    gone = false;
    CHECK(run(io, has_ended(gone, stuck_throwing(gone))));
}

TEST_CASE("an exception of the work does not wait for the deadline") {
    asio::io_context io;
    CHECK_THROWS_WITH(run(io, with_deadline(thrower(), std::chrono::hours{1})), "broken");
}

TEST_CASE("cancelling the caller cancels work and clock") {
    for (const bool throwing : {false, true}) {
        asio::io_context io;
        asio::cancellation_signal signal;
        bool gone = false;
        std::optional<CallResult<int>> result;
        const auto finish = [&result](const std::exception_ptr&,
                                      std::optional<CallResult<int>> value) {
            result = std::move(value);
        };
        Task<CallResult<int>> work = throwing ? stuck_throwing(gone) : stuck(gone);
        asio::co_spawn(io,
                       detail::as_optional(with_deadline(std::move(work), std::chrono::hours{1})),
                       asio::bind_cancellation_slot(signal.slot(), finish));
        io.poll();
        CHECK_FALSE(gone);
        signal.emit(asio::cancellation_type::terminal);
        io.run();
        CHECK(gone);
        REQUIRE(result.has_value());
        CHECK(result->error().is(RpcErrc::cancelled));
    }
}

TEST_CASE("blocking work runs on the pool and its result comes back") {
    asio::io_context io;
    asio::thread_pool pool{1};
    std::thread::id where;
    CHECK(run(io, blocking(pool, where)) == 42);
    CHECK(where != std::thread::id{});
    CHECK(where != std::this_thread::get_id());
    CHECK_THROWS_WITH(run(io, blocking_failure(pool)), "database gone");
}

}  // namespace redink::rpc
