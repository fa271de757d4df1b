#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "indexer/chain/types.hpp"
#include "indexer/rpc/client.hpp"
#include "indexer/rpc/clock.hpp"
#include "indexer/rpc/pool/refusals.hpp"

namespace redink::rpc {

/// An endpoint's place in its pool, in the order of the configuration.
using EndpointId = std::size_t;

/// What an endpoint is asked for. An endpoint that cannot do one of them still does the others.
enum class Service : std::uint8_t { headers, logs, receipts, state };

/// What a request needs of the endpoint that takes it.
struct Need {
    Service service = Service::headers;

    /// The newest block it is about: endpoints whose head is known to be below are left alone.
    std::optional<chain::BlockNumber> newest;

    /// The oldest block it is about: endpoints whose history is known to begin later are left
    /// alone.
    std::optional<chain::BlockNumber> oldest;

    /// Blocks of an eth_getLogs: endpoints with a lower cap come last.
    std::uint64_t blocks = 0;

    /// This endpoint or none; no hedging, no failover.
    std::optional<EndpointId> only;

    /// This one first, if it is well.
    std::optional<EndpointId> prefer;

    /// None of these.
    std::vector<EndpointId> avoid;
};

/// Answers, and who gave them.
struct PoolAnswers {
    Answers answers;
    EndpointId endpoint = 0;
};

/// Why no endpoint gave an answer, or why one refused.
struct PoolError : CallError {
    std::optional<EndpointId> endpoint;  ///< whose error it is; empty: none could be asked
    RefusalReading refusal_reading;      ///< meaningful when `refusal` is there
};

template <class T>
using PoolResult = boost::system::result<T, PoolError>;

/// How an endpoint does, for people and metrics. No secrets.
struct EndpointStatus {
    std::string name;    ///< scheme://host:port
    std::string state;   ///< "well", "unknown", "resting", "wrong chain", "lied"
    std::string reason;  ///< why not "well", for a person
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;
    std::uint64_t refusals = 0;
    std::uint64_t rate_limits = 0;
    std::uint64_t hedges = 0;  ///< requests that another endpoint was asked as well
    std::chrono::milliseconds latency_p50{0};
    std::chrono::milliseconds latency_p95{0};
    double requests_per_second = 0;  ///< present limit (AIMD)
    std::optional<chain::BlockNumber> head;
    std::optional<chain::BlockNumber> oldest;       ///< history known to begin here
    std::optional<std::uint64_t> log_range_blocks;  ///< cap of eth_getLogs that it stated or showed
};

struct PoolOptions {
    std::uint64_t chain_id = 0;    ///< endpoints that serve another chain are not used
    ClientOptions client;          ///< of every endpoint; its retry options are the pool's own
    const Clock* clock = nullptr;  ///< outlives the pool; empty: real time

    /// Rounds over all fit endpoints before a request is given up, with growing pauses.
    unsigned rounds = 5;

    /// Told when an endpoint's state changes: its name, the new state, why.
    std::function<void(const EndpointStatus&)> on_change;
};

/// The endpoints of one chain. Every request goes to the best endpoint that is fit for it and has
/// room: by measured latency and error rate, within its adaptive request rate (AIMD), unless its
/// circuit breaker is open. A request that takes longer than the endpoint's p95 is asked of a
/// second one as well, and the first answer counts; one that fails goes to the next.
///
/// An endpoint is asked for its chain id and head before its first use. What is about the request
/// (a range too wide, too many results or filters, an invalid request, an unknown refusal) comes
/// back to the caller with the endpoint's id; caps are kept per endpoint and only fall.
///
/// Threads: everything runs on `executor`, one thread or a strand. The pool outlives its requests.
class EndpointPool {
  public:
    EndpointPool(const asio::any_io_executor& executor,
                 const std::vector<Url>& endpoints,
                 PoolOptions options);
    ~EndpointPool();
    EndpointPool(const EndpointPool&) = delete;
    EndpointPool& operator=(const EndpointPool&) = delete;

    /// Asks all calls of one endpoint, in one batch where it takes batches.
    [[nodiscard]] Task<PoolResult<PoolAnswers>> ask(std::vector<Call> calls, Need need);

    /// Asks every endpoint that can be reached for its chain id and head, at once. RpcErrc
    /// (wrong_chain) when all that answer serve another chain, else the error of the last one when
    /// none answers; the text names each endpoint and what it said.
    [[nodiscard]] Task<PoolResult<void>> identify();

    /// What an endpoint said contradicts what the chain commits to: it is not used for an hour.
    void mark_lied(EndpointId endpoint, std::string what);

    /// An endpoint cannot do this; others are asked from now on.
    void mark_unfit(EndpointId endpoint, Service service, std::string why);

    /// An endpoint's history begins here, or its head is here.
    void note_oldest(EndpointId endpoint, chain::BlockNumber oldest);
    void note_head(EndpointId endpoint, chain::BlockNumber head);

    /// Largest eth_getLogs range that some usable endpoint takes; empty: no cap is known.
    [[nodiscard]] std::optional<std::uint64_t> log_range_blocks() const;

    /// Highest head that a usable endpoint told.
    [[nodiscard]] std::optional<chain::BlockNumber> head() const;

    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::string name(EndpointId endpoint) const;
    [[nodiscard]] std::vector<EndpointStatus> status() const;

    /// The endpoints that are not excluded (wrong chain, lied) for this service.
    [[nodiscard]] std::vector<EndpointId> usable(Service service) const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace redink::rpc
