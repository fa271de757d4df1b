#pragma once

#include <chrono>

#include "indexer/rpc/pool/latency.hpp"

namespace redink::rpc {

/// When a request is asked of a second endpoint as well, and how often: hedged requests are kept to
/// a share of all, so that slowness from overload is not answered with twice the load (Dean and
/// Barroso, "The Tail at Scale", 2013). Pure.
class Hedge {
  public:
    using Duration = std::chrono::milliseconds;

    /// How long the first endpoint is waited for: its 95th percentile, within bounds; a fixed time
    /// while little is known of it.
    [[nodiscard]] static Duration delay(const Latency& first);

    /// A request was sent, whose answer may come late.
    void on_request();

    /// Takes the right to hedge one; false when the share is used up.
    [[nodiscard]] bool try_take();

  private:
    double credit_ = 2;
};

}  // namespace redink::rpc
