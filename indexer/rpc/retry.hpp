#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "indexer/rpc/errc.hpp"

namespace redink::rpc {

/// How patiently a call is repeated.
struct RetryOptions {
    /// Attempts in all, the first included. 1 never repeats.
    unsigned attempts = 6;

    /// Delay before the second attempt, doubled for each further one, before jitter.
    std::chrono::milliseconds first_delay{250};

    /// No delay of our own choosing is longer.
    std::chrono::milliseconds longest_delay{15'000};

    /// A node that asks for a longer pause is given up, so that the caller can use another.
    std::chrono::milliseconds longest_retry_after{60'000};

    /// No attempt starts later than this after the first one.
    std::chrono::milliseconds total{180'000};
};

/// True for failures that another attempt at the same node may mend: the network, time limits,
/// damaged answers, HTTP 408, 429 and 5xx. False for a refusal that is about the request, for
/// certificates, and for answers that are too large.
[[nodiscard]] bool is_transient(const CallError& error);

/// True when a node's error text is about the number of requests, not about this one.
[[nodiscard]] bool is_rate_limit(const Refusal& refusal);

/// Milliseconds of a Retry-After field: seconds, or an HTTP date relative to `now_s` (Unix time).
/// Empty when it is neither (RFC 9110 section 10.2.3).
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view text,
                                                                         std::int64_t now_s);

/// Decides whether and when one call is tried again. Pure: no clock, no sleeping; the same seed and
/// the same errors give the same delays.
class Retry {
  public:
    Retry(const RetryOptions& options, std::uint64_t seed);

    /// After a failed attempt, `elapsed` after the first one started: how long to wait before the
    /// next, or empty to give up. The delay is half fixed and half random, and never shorter than
    /// the node's Retry-After.
    [[nodiscard]] std::optional<std::chrono::milliseconds> next(const CallError& error,
                                                                std::chrono::milliseconds elapsed);

    /// Attempts that have failed so far.
    [[nodiscard]] unsigned failures() const {
        return failures_;
    }

  private:
    [[nodiscard]] std::chrono::milliseconds backoff();

    RetryOptions options_;
    std::uint64_t state_;
    unsigned failures_ = 0;
};

}  // namespace redink::rpc
