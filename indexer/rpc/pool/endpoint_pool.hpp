#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "indexer/rpc/client.hpp"
#include "indexer/rpc/clock.hpp"
#include "indexer/rpc/pool/endpoint_status.hpp"
#include "indexer/rpc/pool/need.hpp"
#include "indexer/rpc/pool/rate_limit.hpp"
#include "indexer/rpc/pool/refusals.hpp"

namespace redink::rpc {

/// Answers, and who gave them.
struct PoolAnswers {
    Answers answers;
    EndpointId endpoint = 0;
};

/// Why no endpoint gave an answer, or why one refused.
struct PoolError : CallError {
    /// Whose error it is; empty: none could be asked.
    std::optional<EndpointId> endpoint;

    /// What the refusal is about; of an answer above our own limit: too_many_results; when no
    /// endpoint has reached the block: head_not_reached. The limit in blocks is the endpoint's cap
    /// as it is now, always below what was asked unless that was a single block.
    RefusalReading refusal_reading;
};

template <class T>
using PoolResult = boost::system::result<T, PoolError>;

struct PoolOptions {
    /// Endpoints that serve another chain are not used; 0 lets any pass.
    std::uint64_t chain_id = 0;

    /// Of every endpoint. The retry options pace the pool's rounds, and bound how long an endpoint
    /// may ask to wait before it is passed over.
    ClientOptions client;

    /// Of every endpoint, at first.
    RateOptions rate;

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

    /// Asks all calls of one endpoint, in one batch where it takes batches. Calls that a contract
    /// reverts are answers. A null for a block up to `need.newest` sends the request to another
    /// endpoint, and is an answer only when all say so.
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

    /// Largest eth_getLogs range that some usable endpoint takes; empty: no cap is known. Resting
    /// endpoints do not count while others are there.
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
