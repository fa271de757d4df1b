#pragma once

#include "app/doctor/endpoint_report.hpp"
#include "app/doctor/finding.hpp"

namespace redink::app {

/// What endpoints of a chain are compared with.
struct Surroundings {
    std::optional<SeenBlock> best_head;  ///< the highest of the chain's endpoints
    std::uint64_t now_s = 0;             ///< Unix time
};

/// What to make of an endpoint's answers: one finding a check, in a fixed order. Pure.
[[nodiscard]] Findings judge_endpoint(const EndpointReport& report,
                                      const ChainNeeds& needs,
                                      const Surroundings& around);

/// The highest head among these that are of the right chain.
[[nodiscard]] std::optional<SeenBlock> best_head(const std::vector<EndpointReport>& reports,
                                                 const ChainNeeds& needs);

}  // namespace redink::app
