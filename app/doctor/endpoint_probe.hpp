#pragma once

#include "app/doctor/endpoint_report.hpp"
#include "indexer/rpc/http_transport.hpp"
#include "indexer/rpc/task.hpp"
#include "indexer/rpc/url.hpp"

namespace redink::app {

/// How thoroughly endpoints are asked.
struct ProbeOptions {
    std::uint64_t most_log_blocks = 100'000;  ///< largest eth_getLogs range that is tried
    std::chrono::milliseconds call_limit{10'000};
    std::chrono::milliseconds total{90'000};  ///< what is not done by then is left out
    std::string extra_ca_pem;                 ///< as in HttpOptions
};

/// Asks one endpoint everything that the doctor wants to know. Reads only; every call has a
/// deadline. Runs on the caller's executor.
[[nodiscard]] Task<EndpointReport> probe_endpoint(rpc::Url url,
                                                  std::string chain,
                                                  ChainNeeds needs,
                                                  ProbeOptions options);

}  // namespace redink::app
