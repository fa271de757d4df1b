#pragma once

#include "app/config/config.hpp"
#include "app/doctor/endpoint_probe.hpp"
#include "app/doctor/finding.hpp"

namespace redink::app {

/// Everything that was found, and whether anything answered at all.
struct Diagnosis {
    Findings findings;
    bool database_answered = false;
    bool endpoint_answered = false;
};

/// What the configured markets want of a chain's endpoints.
[[nodiscard]] ChainNeeds needs_of(const Config& config, const ChainConfig& chain);

/// Looks at the configuration, the database and, all at once, at every endpoint. Changes nothing; a
/// private server that is there is started meanwhile. `now_s` is the time, Unix.
[[nodiscard]] Diagnosis diagnose(const Config& config,
                                 const ProbeOptions& options,
                                 std::uint64_t now_s);

}  // namespace redink::app
