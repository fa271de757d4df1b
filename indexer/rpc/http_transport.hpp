#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/experimental/channel.hpp>

#include "indexer/rpc/answer_body.hpp"
#include "indexer/rpc/connection.hpp"
#include "indexer/rpc/transport.hpp"
#include "indexer/rpc/websocket_connection.hpp"

namespace redink::rpc {

/// How many connections a node gets, and how long each step may take.
struct HttpOptions {
    /// Connections at once; further exchanges wait for a free one. Public nodes often allow ten.
    std::size_t connections = 8;

    /// For a connection to become free.
    std::chrono::milliseconds queue_limit{120'000};

    /// For name lookup, TCP and TLS together.
    std::chrono::milliseconds connect_limit{10'000};

    /// From the first byte of the request to the last one of the answer.
    std::chrono::milliseconds exchange_limit{60'000};

    /// A connection unused for longer is closed: routers forget it without telling us, and a
    /// request on it would wait for its whole limit.
    std::chrono::milliseconds idle_limit{30'000};

    /// Largest answer, unpacked, in bytes.
    std::size_t answer_limit = kMaxAnswerBytes;

    /// Certificates to trust besides the system's, as PEM text: a private node's CA.
    std::string extra_ca_pem;
};

/// The way to one node over a bounded set of kept connections: one body there, one answer back, one
/// exchange at a time on each connection.
///
/// Threads: everything happens on `executor`, which must be one thread or a strand; nothing here
/// locks. The transport outlives its exchanges.
template <class Link>
class PooledTransport final : public Transport {
  public:
    PooledTransport(const asio::any_io_executor& executor, Url url, HttpOptions options);
    ~PooledTransport() override;

    /// Sends `body`, with a time limit on each step. A kept connection that turns out to be closed
    /// is replaced once, without the caller noticing.
    [[nodiscard]] Task<CallResult<Reply>> exchange(std::string body) override;

    [[nodiscard]] const Url& url() const override {
        return url_;
    }

    /// Connections that wait for their next exchange.
    [[nodiscard]] std::size_t idle() const {
        return idle_.size();
    }

  private:
    using Slots = asio::experimental::channel<void(boost::system::error_code)>;

    /// One place among `connections`, given back when it goes out of scope.
    class Slot {
      public:
        explicit Slot(Slots& slots) : slots_{&slots} {
        }

        ~Slot();

        Slot(Slot&& other) noexcept : slots_{std::exchange(other.slots_, nullptr)} {
        }

        Slot& operator=(Slot&&) = delete;
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;

      private:
        Slots* slots_;
    };

    struct Idle {
        std::unique_ptr<Link> connection;
        std::chrono::steady_clock::time_point since;
    };

    [[nodiscard]] Task<CallResult<Slot>> take_slot();
    void drop_old();
    [[nodiscard]] Task<CallResult<Reply>> exchange_kept(const std::string& body);
    [[nodiscard]] Task<CallResult<Reply>> exchange_new(const std::string& body);
    void keep(std::unique_ptr<Link> connection);

    Url url_;
    HttpOptions options_;
    std::optional<asio::ssl::context> tls_;
    Slots slots_;
    std::vector<Idle> idle_;
};

extern template class PooledTransport<Connection>;
extern template class PooledTransport<WebSocketConnection>;

using HttpTransport = PooledTransport<Connection>;
using WsTransport = PooledTransport<WebSocketConnection>;

}  // namespace redink::rpc
