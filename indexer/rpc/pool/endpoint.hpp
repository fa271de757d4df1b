#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/steady_timer.hpp>

#include "indexer/rpc/client.hpp"
#include "indexer/rpc/pool/endpoint_choice.hpp"
#include "indexer/rpc/pool/verdict.hpp"

namespace redink::rpc {

/// What an endpoint of a pool is made of.
struct EndpointSetup {
    std::uint64_t chain_id = 0;  ///< 0: any chain will do
    ClientOptions client;
    RateOptions rate;
    const Clock* clock = nullptr;
    std::function<void(const EndpointStatus&)> on_change;
};

/// One endpoint's part in a request.
struct Attempt {
    EndpointId endpoint = 0;
    Judgement judgement;
    Answers answers;  ///< when good, or when blocks are missing

    /// True when nothing better can come from another endpoint.
    [[nodiscard]] bool settles() const {
        return judgement.verdict == Verdict::good || judgement.verdict == Verdict::about_request;
    }
};

/// When a request left for the endpoint; empty while it waits for its turn.
using SentAt = std::optional<std::chrono::steady_clock::time_point>;

/// One endpoint of a pool: its client, and what is known of it. Sends requests at the rate that it
/// bears, in batches that it takes, and never before it has said that it serves the right chain.
///
/// Threads: everything runs on `executor`. The endpoint outlives its requests.
class Endpoint {
  public:
    Endpoint(const asio::any_io_executor& executor, Url url, EndpointId id, EndpointSetup setup);

    /// Asks it; what comes of it is judged and recorded. `calls`, `need` and `sent` outlive this.
    [[nodiscard]] Task<Attempt> ask(const std::vector<Call>& calls, const Need& need, SentAt& sent);

    /// Asks it who it is, even if that is known. RpcErrc::wrong_chain when it serves another.
    [[nodiscard]] Task<CallResult<void>> identify();

    [[nodiscard]] EndpointHealth& health() {
        return health_;
    }

    [[nodiscard]] const EndpointHealth& health() const {
        return health_;
    }

    [[nodiscard]] Candidate candidate() const;
    [[nodiscard]] EndpointStatus status() const;

    [[nodiscard]] std::string name() const {
        return client_.name();
    }

    /// Reports a state that has changed since the last time.
    void announce();

  private:
    class Repeats;
    class Ticket;

    [[nodiscard]] Clock::Time now() const {
        return setup_.clock->now();
    }

    [[nodiscard]] Task<std::optional<Judgement>> ensure_identity();
    [[nodiscard]] Task<Judgement> exchange(const std::vector<Call>& calls,
                                           const Need& need,
                                           SentAt& sent,
                                           Answers& answers);
    [[nodiscard]] Task<Judgement> exchange_part(std::vector<Call> part,
                                                const Need& need,
                                                SentAt& sent,
                                                Answers& answers);
    [[nodiscard]] Task<std::optional<CallError>> take_turn();
    [[nodiscard]] Task<CallResult<Answers>> send(std::vector<Call> calls);
    [[nodiscard]] Judgement read_identity(const Answers& answers);
    void record(const Judgement& judgement, const Need& need, std::chrono::milliseconds took);

    EndpointId id_;
    EndpointSetup setup_;
    Client client_;
    EndpointHealth health_;
    EndpointState announced_ = EndpointState::unknown;
    std::size_t waiting_ = 0;
    std::size_t in_flight_ = 0;
    bool identifying_ = false;
    std::optional<Judgement> stranger_;
    asio::steady_timer identified_;
};

}  // namespace redink::rpc
