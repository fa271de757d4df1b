#pragma once

#include <optional>
#include <string>
#include <vector>

#include "indexer/chain/header.hpp"
#include "indexer/chain/log.hpp"
#include "indexer/chain/receipt.hpp"
#include "indexer/rpc/methods.hpp"
#include "indexer/rpc/task.hpp"
#include "indexer/sync/asking.hpp"

namespace redink::sync {

/// An answer, and who gave it.
template <class T>
struct From {
    T value;
    rpc::EndpointId endpoint = 0;
};

/// What a synchronisation asks of a chain's endpoints, as domain types. Every error names the
/// endpoint. Lives on the pool's executor.
class NodeReader {
  public:
    /// `pool` outlives the reader.
    explicit NodeReader(rpc::EndpointPool& pool) : pool_{pool} {
    }

    /// A verified header by height or tag; not_reached when no endpoint has it.
    [[nodiscard]] Task<Result<From<chain::Header>>> fetch_header(rpc::BlockId block,
                                                                 Asking& asking);

    /// As above, from whom it may be.
    [[nodiscard]] Task<Result<chain::Header>> fetch_header(rpc::BlockId block);

    /// Verified headers of these heights, in their order, and who gave each.
    [[nodiscard]] Task<Result<std::vector<From<chain::Header>>>> fetch_headers(
        std::vector<chain::BlockNumber> blocks, Asking& asking);

    /// Wanted logs of a range as they come, and the header of its last block in the same request.
    struct Logs {
        std::vector<chain::Log> logs;
        chain::Header last;
    };

    /// An error with a refusal is about the size of the range or the filter.
    [[nodiscard]] Task<rpc::PoolResult<From<Logs>>> fetch_logs(rpc::LogFilter filter,
                                                               Asking& asking);

    /// Receipts of these blocks, not yet verified, in their order.
    [[nodiscard]] Task<Result<std::vector<From<std::vector<chain::Receipt>>>>> fetch_receipts(
        std::vector<chain::BlockNumber> blocks, Asking& asking);

    /// What a contract answers at a block; the refusal is the error.
    [[nodiscard]] Task<Result<From<chain::Bytes>>> fetch_call(chain::Address to,
                                                              chain::Bytes data,
                                                              rpc::BlockId block);

    /// What contracts answer at a block, in one request; empty where one reverts. An error when no
    /// endpoint has the state.
    [[nodiscard]] Task<Result<std::vector<std::optional<chain::Bytes>>>> fetch_calls(
        std::vector<rpc::ContractCall> contract_calls, rpc::BlockId block);

    /// What contracts answered at the end of a block, and the header of that block, told in the
    /// same request: it says which branch the answers are of.
    struct Calls {
        chain::Header header;
        std::vector<std::optional<chain::Bytes>> results;  ///< empty where the contract reverts
    };

    /// An error says whether the endpoints have not the state (RefusalClass::unfit) or failed.
    [[nodiscard]] Task<rpc::PoolResult<From<Calls>>> fetch_calls_at(
        std::vector<rpc::ContractCall> contract_calls, chain::BlockNumber block, Asking& asking);

    [[nodiscard]] rpc::EndpointPool& pool() const {
        return pool_;
    }

  private:
    [[nodiscard]] Error named(rpc::EndpointId endpoint, const Error& error) const;

    rpc::EndpointPool& pool_;
};

}  // namespace redink::sync
