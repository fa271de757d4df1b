#pragma once

#include <optional>
#include <vector>

#include "indexer/rpc/pool/endpoint_pool.hpp"

namespace redink::sync {

/// Who may be asked for a piece of the chain, and whom to doubt when its parts contradict each
/// other.
struct Asking {
    std::optional<rpc::EndpointId> only;    ///< for logs and headers: this endpoint or none
    std::optional<rpc::EndpointId> prefer;  ///< the one that answered before
    std::vector<rpc::EndpointId> avoid;     ///< proved liars

    /// Whose answer is wrong, most likely first; filled when an answer contradicts.
    std::vector<rpc::EndpointId> suspects;

    /// What a request for `service` needs.
    [[nodiscard]] rpc::Need need(rpc::Service service) const {
        rpc::Need need;
        need.service = service;
        need.only = service == rpc::Service::receipts ? std::nullopt : only;
        need.prefer = only ? only : prefer;
        need.avoid = avoid;
        return need;
    }
};

}  // namespace redink::sync
