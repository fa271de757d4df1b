#include "indexer/rpc/clock.hpp"

#include <algorithm>

#include <boost/asio/as_tuple.hpp>

namespace redink::rpc {

Clock::Time Clock::now() const {
    return start_ + (std::chrono::steady_clock::now() - start_) * speed_;
}

Task<bool> Clock::wait(std::chrono::milliseconds delay) const {
    asio::steady_timer timer{co_await asio::this_coro::executor, real(delay)};
    const auto [error] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return !error;
}

std::chrono::milliseconds Clock::real(std::chrono::milliseconds delay) const {
    return std::max(delay / speed_, std::chrono::milliseconds{1});
}

}  // namespace redink::rpc
