#include "indexer/rpc/resolve.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>

namespace redink::rpc {
namespace {

using asio::ip::tcp;

/// Shared with the resolver's handler, which may run long after the waiter has given up.
struct Lookup {
    explicit Lookup(const asio::any_io_executor& executor)
        : resolver{executor}, done{executor, asio::steady_timer::time_point::max()} {
    }

    tcp::resolver resolver;
    asio::steady_timer done;
    boost::system::error_code error;
    std::vector<tcp::endpoint> endpoints;
    bool finished = false;
};

void start(const std::shared_ptr<Lookup>& lookup, const Url& url) {
    const auto finish = [lookup](const boost::system::error_code& error,
                                 const tcp::resolver::results_type& found) {
        lookup->error = error;
        lookup->finished = true;
        for (const auto& entry : found) {
            lookup->endpoints.push_back(entry.endpoint());
        }
        lookup->done.cancel();
    };
    lookup->resolver.async_resolve(url.host(), std::to_string(url.port()), finish);
}

}  // namespace

Task<CallResult<std::vector<tcp::endpoint>>> resolve(const Url& url) {
    boost::system::error_code not_literal;
    const auto literal = asio::ip::make_address(url.host(), not_literal);
    if (!not_literal) {
        co_return std::vector<tcp::endpoint>{tcp::endpoint{literal, url.port()}};
    }
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    const auto lookup = std::make_shared<Lookup>(executor);
    start(lookup, url);
    co_await lookup->done.async_wait(asio::as_tuple(asio::use_awaitable));
    // Whoever cancelled is told so, also when the resolver finished at the same moment.
    const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    if (!lookup->finished || state.cancelled() != asio::cancellation_type::none) {
        lookup->resolver.cancel();
        co_return fail(RpcErrc::cancelled, "cancelled");
    }
    if (lookup->error) {
        co_return fail(RpcErrc::connect, "host name: " + lookup->error.message());
    }
    co_return std::move(lookup->endpoints);
}

}  // namespace redink::rpc
