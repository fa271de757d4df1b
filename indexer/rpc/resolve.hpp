#pragma once

#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "indexer/rpc/task.hpp"
#include "indexer/rpc/url.hpp"

namespace redink::rpc {

/// The addresses of a node, in the order of the system's resolver; literal addresses are not looked
/// up. Cancellation returns at once, even while getaddrinfo is stuck in a slow name server.
[[nodiscard]] Task<CallResult<std::vector<asio::ip::tcp::endpoint>>> resolve(const Url& url);

}  // namespace redink::rpc
