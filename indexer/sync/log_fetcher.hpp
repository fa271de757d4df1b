#pragma once

#include <set>
#include <vector>

#include "indexer/sync/log_splitter.hpp"
#include "indexer/sync/node_reader.hpp"

namespace redink::sync {

/// The logs of a request that may have been split.
struct FetchedLogs {
    std::vector<chain::Log> logs;            ///< as they came, by block and log index
    std::vector<chain::Header> headers;      ///< of the last blocks of the parts, ascending
    std::set<chain::BlockNumber> too_large;  ///< blocks that only receipts can tell; no logs here
    rpc::EndpointId endpoint = 0;            ///< who gave them, or the last part
};

/// Asks for logs, in parts where endpoints refuse the whole (see after_refusal). An endpoint whose
/// refusal cannot be met is left alone when there are others.
[[nodiscard]] Task<Result<FetchedLogs>> fetch_split_logs(NodeReader& reader,
                                                         rpc::LogFilter filter,
                                                         Asking& asking);

/// Adds a header to ascending ones, once.
void put_header(std::vector<chain::Header>& headers, chain::Header header);

}  // namespace redink::sync
