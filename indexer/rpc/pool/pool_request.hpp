#pragma once

#include <memory>
#include <span>

#include "indexer/rpc/pool/endpoint_pool.hpp"
#include "indexer/rpc/pool/race.hpp"

namespace redink::rpc {

using Endpoints = std::vector<std::unique_ptr<Endpoint>>;

/// What the endpoints look like to the choice, in their order.
[[nodiscard]] std::vector<Candidate> to_candidates(const Endpoints& endpoints);

/// What a request of a pool works with; all of it outlives the request.
struct PoolParts {
    const Endpoints& endpoints;
    Hedge& hedge;
    const Clock& clock;
};

/// One request on its way through the endpoints of a pool: from one to the next in a round, and
/// again after a pause, until one answers or the rounds are used up.
class PoolRequest {
  public:
    PoolRequest(PoolParts parts, Retry retry, std::vector<Call> calls, Need need);

    /// Once.
    [[nodiscard]] Task<PoolResult<PoolAnswers>> run();

  private:
    [[nodiscard]] Choice choose(const Need& need) const;

    /// Asks one endpoint after another; the attempt that settles the request, if any.
    [[nodiscard]] Task<std::optional<Attempt>> round();

    /// True when no endpoint can be asked, and waiting will not change it.
    [[nodiscard]] Clock::Time stuck_since(Clock::Time started) const;
    [[nodiscard]] bool hopeless() const;

    void keep(Attempt attempt);
    [[nodiscard]] PoolResult<PoolAnswers> finish(Attempt attempt) const;
    [[nodiscard]] PoolResult<PoolAnswers> give_up();
    [[nodiscard]] PoolError to_error() const;

    PoolParts parts_;
    Retry retry_;
    std::vector<Call> calls_;
    Need need_;
    std::vector<std::optional<CallError>> errors_;
    std::optional<EndpointId> last_;
    RefusalReading last_reading_;
    std::optional<Attempt> without_block_;
};

}  // namespace redink::rpc
