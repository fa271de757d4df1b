#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "indexer/rpc/errc.hpp"

namespace redink {

namespace asio = boost::asio;

/// The one coroutine type. Parameters go by value, or by reference to what outlives the coroutine;
/// whoever spawns joins.
template <class T>
using Task = asio::awaitable<T>;

}  // namespace redink

namespace redink::rpc {

namespace detail {

/// co_spawn needs a default value to hand over beside an exception.
template <class T>
Task<std::optional<T>> as_optional(Task<T> work) {
    co_return std::optional<T>{co_await std::move(work)};
}

template <class F, class R = std::invoke_result_t<F&>>
Task<std::optional<R>> invoke(F work) {
    co_return std::optional<R>{work()};
}

template <class F>
Task<void> invoke_void(F work) {
    work();
    co_return;
}

/// Rethrows, except for the exception with which Asio ends a cancelled coroutine.
inline CallError cancelled_or_rethrow(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& error) {
        if (error.code() != asio::error::operation_aborted) {
            throw;
        }
    }
    return fail(RpcErrc::cancelled, "cancelled");
}

}  // namespace detail

/// First of `work` and the clock; the loser is cancelled, and has ended, before this returns.
/// R is a CallResult or a Result. An exception of `work` passes through at once. Cancelling the
/// caller gives RpcErrc::cancelled here, and operation_aborted at the caller's next co_await.
template <class R>
Task<R> with_deadline(Task<R> work, std::chrono::milliseconds limit) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    asio::steady_timer timer{executor, limit};
    auto both = asio::experimental::make_parallel_group(
        asio::co_spawn(executor, detail::as_optional(std::move(work)), asio::deferred),
        timer.async_wait(asio::deferred));
    auto [order, thrown, value, clock] =
        co_await both.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    if (order[0] == 0) {
        if (thrown) {
            co_return detail::cancelled_or_rethrow(thrown);
        }
        co_return std::move(*value);
    }
    if (clock) {
        co_return fail(RpcErrc::cancelled, "cancelled");
    }
    co_return fail(RpcErrc::deadline, "no answer within " + std::to_string(limit.count()) + " ms");
}

/// Runs blocking `work` on `pool` and resumes on the caller's executor. Exceptions pass through.
/// `work` itself cannot be cancelled.
template <class F>
Task<std::invoke_result_t<F&>> run_blocking(asio::thread_pool& pool, F work) {
    if constexpr (std::is_void_v<std::invoke_result_t<F&>>) {
        co_await asio::co_spawn(pool, detail::invoke_void(std::move(work)), asio::use_awaitable);
    } else {
        auto result =
            co_await asio::co_spawn(pool, detail::invoke(std::move(work)), asio::use_awaitable);
        co_return std::move(*result);
    }
}

}  // namespace redink::rpc
