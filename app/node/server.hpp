#pragma once

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "app/node/socket_limits.hpp"

namespace redink::node {

class Faults;
class Methods;

/// Connections at one time; more are turned away.
constexpr std::size_t kMaxConnections = 256;

/// JSON-RPC over HTTP/1.1 and, on the same port, over WebSockets, on 127.0.0.1. One thread runs the
/// context; methods are short enough to be answered on it.
class Server {
  public:
    /// Listens at once; port 0 picks a free one. Throws std::runtime_error when the port is taken.
    /// Everything given must outlive the server, and the server the run of the context.
    Server(boost::asio::io_context& context,
           Methods& methods,
           Faults& faults,
           std::uint16_t port,
           SocketLimits limits = {});
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::uint16_t port() const;

    /// Such as http://127.0.0.1:8545
    [[nodiscard]] std::string url() const;

    /// Takes no more requests; answers on their way are finished, WebSockets are closed. The
    /// context runs out of work then. Call it on the context's thread.
    void stop();

  private:
    class Impl;

    std::unique_ptr<Impl> impl_;
};

}  // namespace redink::node
