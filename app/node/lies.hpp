#pragma once

#include <string>
#include <vector>

#include "app/node/fault.hpp"
#include "app/node/rpc_error.hpp"

namespace redink::node {

/// A log in an answer; a fault may have altered its text.
struct ServedLog {
    VisibleLog log;
    std::string altered;

    [[nodiscard]] std::string_view json() const {
        return altered.empty() ? log.block->slice(log.log().text) : std::string_view{altered};
    }
};

/// What eth_getLogs was asked.
struct LogRequest {
    chain::BlockRange range;
    const recording::NumberedFilter& filter;
    const ChainView& view;
};

/// Lies about logs as the fault says; true when anything changed.
bool lie_about_logs(const Fault& fault, std::vector<ServedLog>& logs, const LogRequest& request);

/// The block with one member wrong.
[[nodiscard]] std::string lie_about_header(const Fault& fault,
                                           const recording::RecordedBlock& block);

/// The receipts with the gas of the first one wrong; the block must have receipts.
[[nodiscard]] std::string lie_about_receipts(const recording::RecordedBlock& block);

/// The error that the fault "refuse" answers a range with.
[[nodiscard]] RpcError refusal_of(const Fault& fault, chain::BlockRange range);

}  // namespace redink::node
