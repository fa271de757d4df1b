#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/chain/chain_state.hpp"

namespace prometheus {
class Histogram;
}

namespace redink::app {

/// What Prometheus scrapes, from the states of the chains. For one thread.
class Metrics {
  public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    /// The text exposition format (Prometheus 0.0.4). Latencies of `chains` are added to the
    /// histograms.
    [[nodiscard]] std::string to_text(const std::vector<ChainHealth>& chains);

  private:
    struct Families;

    prometheus::Histogram& latency_of(const std::string& chain, const std::string& market);

    std::map<std::pair<std::string, std::string>, std::unique_ptr<prometheus::Histogram>>
        latencies_;
};

}  // namespace redink::app
