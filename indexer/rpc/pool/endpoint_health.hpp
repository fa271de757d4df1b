#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>

#include "indexer/rpc/pool/circuit_breaker.hpp"
#include "indexer/rpc/pool/endpoint_status.hpp"
#include "indexer/rpc/pool/latency.hpp"
#include "indexer/rpc/pool/need.hpp"
#include "indexer/rpc/pool/rate_limit.hpp"

namespace redink::rpc {

/// What is known of an endpoint as a whole.
enum class EndpointState : std::uint8_t { unknown, well, resting, wrong_chain, lied };

/// "well", "wrong chain" and so on.
[[nodiscard]] const char* to_word(EndpointState state);

/// "logs" and so on.
[[nodiscard]] const char* to_word(Service service);

/// Whether an endpoint has a block.
enum class Reach : std::uint8_t {
    likely,    ///< nothing speaks against it
    doubtful,  ///< it was behind, but that was a while ago
    no,        ///< it has just been behind
};

/// What an endpoint has to do already.
struct Backlog {
    std::size_t waiting = 0;  ///< requests that wait for its rate
    double load = 0;          ///< requests in flight for each connection
};

/// All that one endpoint has shown of itself. Pure: time comes in as an argument; bounded memory.
class EndpointHealth {
  public:
    using Time = Clock::Time;
    using Duration = std::chrono::milliseconds;

    EndpointHealth(const RateOptions& rate, Time now);

    // What happens to requests. Every begin() is followed by one of the others.

    void begin(Time now);
    void on_answer(Service service, Duration took, Time now);

    /// A network failure, a damaged answer, or an overload.
    void on_fault(std::string why, Time now);
    void on_rate_limited(std::string why, std::optional<Duration> retry_after, Time now);

    /// It answered, with a refusal that tells nothing about its health.
    void on_refusal(Time now);

    /// Another endpoint was quicker: this one would have taken at least so long.
    void on_overtaken(Service service, Duration at_least);
    void on_cancelled();

    /// One request of it was asked of another as well.
    void on_hedged();

    // What it says and shows.

    /// It serves the right chain.
    void on_identified();
    void on_wrong_chain(std::string why, Time now);
    void on_lie(std::string what, Time now);
    void on_unfit(Service service, std::string why, Time now);

    /// It has not the state after this block; others it may have.
    void on_no_state(chain::BlockNumber block, std::string why, Time now);

    /// Its head, as it says.
    void note_head(chain::BlockNumber head, Time now);

    /// It gave this block, so that its head is not below.
    void note_has(chain::BlockNumber block, Time now);

    /// It does not have this block yet.
    void note_lacks(chain::BlockNumber block, Time now);
    void note_oldest(chain::BlockNumber oldest);

    /// An eth_getLogs over `asked` blocks (0: not known) was refused as too wide, with this limit
    /// stated. The cap falls below `asked` even if the statement says otherwise; it never rises.
    void lower_log_range(std::uint64_t asked, std::optional<std::uint64_t> stated);

    /// It took no batch of more calls.
    void lower_batch(std::size_t calls);

    // What follows.

    [[nodiscard]] EndpointState state(Time now) const;

    /// Why the state is not "well", or which services it cannot do; may be empty.
    [[nodiscard]] std::string reason(Time now) const;

    /// Neither excluded as a whole nor for this service.
    [[nodiscard]] bool usable(Service service, Time now) const;

    /// Excluded as a whole: serves another chain, or lied.
    [[nodiscard]] bool excluded(Time now) const;

    /// Must be asked who it is before it is used.
    [[nodiscard]] bool needs_identity(Time now) const;

    [[nodiscard]] Reach reach(chain::BlockNumber newest, Time now) const;

    /// How long a request is expected to take, from now to a good answer. An endpoint that was not
    /// asked for a while gets the benefit of the doubt.
    [[nodiscard]] Duration expected(Service service, const Backlog& backlog, Time now) const;

    [[nodiscard]] EndpointStatus status(Time now) const;

    [[nodiscard]] RateLimit& rate() {
        return rate_;
    }

    [[nodiscard]] const RateLimit& rate() const {
        return rate_;
    }

    [[nodiscard]] const CircuitBreaker& breaker() const {
        return breaker_;
    }

    [[nodiscard]] const Latency& latency(Service service) const {
        return latency_[static_cast<std::size_t>(service)];
    }

    [[nodiscard]] std::optional<chain::BlockNumber> head() const {
        return head_;
    }

    [[nodiscard]] std::optional<chain::BlockNumber> oldest() const {
        return oldest_;
    }

    /// When it answered last, were it with a refusal; when it was made, before that.
    [[nodiscard]] Time last_answer() const {
        return last_answer_;
    }

    /// Why it cannot tell the state after this block; null when that is not known.
    [[nodiscard]] const std::string* no_state(chain::BlockNumber block, Time now) const;

    [[nodiscard]] std::optional<std::uint64_t> log_range() const {
        return log_range_;
    }

    [[nodiscard]] std::optional<std::size_t> batch() const {
        return batch_;
    }

  private:
    struct Exclusion {
        Time until;
        std::string why;

        [[nodiscard]] bool holds(Time now) const {
            return now < until;
        }
    };

    struct Lack {
        chain::BlockNumber block;
        Time at;
    };

    void count_error(std::string why);

    RateLimit rate_;
    CircuitBreaker breaker_;
    std::array<Latency, kServices> latency_;
    std::array<std::optional<Exclusion>, kServices> unfit_;
    Latency overall_;
    std::map<chain::BlockNumber, Exclusion> no_state_;
    std::optional<Exclusion> wrong_chain_;
    std::optional<Exclusion> lied_;
    bool identified_ = false;
    std::string trouble_;
    double error_share_ = 0;
    Time last_answer_;
    std::optional<chain::BlockNumber> head_;
    Time head_at_;
    std::optional<Lack> lack_;
    std::optional<chain::BlockNumber> oldest_;
    std::optional<std::uint64_t> log_range_;
    std::optional<std::size_t> batch_;
    EndpointStatus counts_;
};

}  // namespace redink::rpc
