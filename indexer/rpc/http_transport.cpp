#include "indexer/rpc/http_transport.hpp"

#include <boost/asio/as_tuple.hpp>

namespace redink::rpc {

template <class Link>
PooledTransport<Link>::Slot::~Slot() {
    if (slots_ != nullptr) {
        slots_->try_send(boost::system::error_code{});
    }
}

template <class Link>
PooledTransport<Link>::PooledTransport(const asio::any_io_executor& executor,
                                       Url url,
                                       HttpOptions options)
    : url_{std::move(url)}, options_{std::move(options)}, slots_{executor, options_.connections} {
    if (url_.is_tls()) {
        tls_ = make_tls_context(options_.extra_ca_pem);
    }
    for (std::size_t i = 0; i < options_.connections; ++i) {
        slots_.try_send(boost::system::error_code{});
    }
}

template <class Link>
PooledTransport<Link>::~PooledTransport() = default;

template <class Link>
Task<CallResult<typename PooledTransport<Link>::Slot>> PooledTransport<Link>::take_slot() {
    if (slots_.try_receive([](const boost::system::error_code&) {})) {
        co_return Slot{slots_};
    }
    const auto [error] = co_await slots_.async_receive(asio::as_tuple(asio::use_awaitable));
    if (error) {
        co_return fail(RpcErrc::cancelled, "cancelled");
    }
    co_return Slot{slots_};
}

template <class Link>
Task<CallResult<Reply>> PooledTransport<Link>::exchange(std::string body) {
    const auto slot = co_await with_deadline(take_slot(), options_.queue_limit);
    if (!slot) {
        if (slot.error().is(RpcErrc::deadline)) {
            co_return fail(RpcErrc::busy, "every connection was busy");
        }
        co_return slot.error();
    }
    drop_old();
    if (!idle_.empty()) {
        auto reply = co_await exchange_kept(body);
        if (reply || !reply.error().is(RpcErrc::stale)) {
            co_return reply;
        }
    }
    co_return co_await exchange_new(body);
}

template <class Link>
void PooledTransport<Link>::drop_old() {
    const auto oldest = std::chrono::steady_clock::now() - options_.idle_limit;
    std::erase_if(idle_, [oldest](const Idle& idle) { return idle.since <= oldest; });
}

template <class Link>
Task<CallResult<Reply>> PooledTransport<Link>::exchange_kept(const std::string& body) {
    auto connection = std::move(idle_.back().connection);
    idle_.pop_back();
    auto reply = co_await with_deadline(connection->exchange(body), options_.exchange_limit);
    keep(std::move(connection));
    co_return reply;
}

template <class Link>
Task<CallResult<Reply>> PooledTransport<Link>::exchange_new(const std::string& body) {
    auto connection = std::make_unique<Link>(url_, tls_ ? &*tls_ : nullptr, options_.answer_limit);
    const auto connected = co_await with_deadline(connection->connect(), options_.connect_limit);
    if (!connected) {
        if (connected.error().is(RpcErrc::deadline)) {
            co_return fail(RpcErrc::connect, "connecting: " + connected.error().text);
        }
        co_return connected.error();
    }
    auto reply = co_await with_deadline(connection->exchange(body), options_.exchange_limit);
    keep(std::move(connection));
    co_return reply;
}

template <class Link>
void PooledTransport<Link>::keep(std::unique_ptr<Link> connection) {
    if (connection->reusable()) {
        idle_.push_back({std::move(connection), std::chrono::steady_clock::now()});
    }
}

template class PooledTransport<Connection>;
template class PooledTransport<WebSocketConnection>;

}  // namespace redink::rpc
