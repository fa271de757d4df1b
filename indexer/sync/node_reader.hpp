#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "indexer/protocols/protocol.hpp"
#include "indexer/rpc/client.hpp"
#include "indexer/rpc/methods.hpp"
#include "indexer/rpc/task.hpp"
#include "indexer/sync/log_filter.hpp"
#include "indexer/sync/proof.hpp"

namespace redink::sync {

/// What a synchronisation asks of one endpoint, as domain types. Every error names the endpoint.
/// Lives on the client's executor.
class NodeReader {
  public:
    /// `client` outlives the reader.
    explicit NodeReader(rpc::Client& client) : client_{client} {
    }

    /// Chain id (EIP-155).
    [[nodiscard]] Task<Result<std::uint64_t>> fetch_chain_id();

    /// A verified header by height or tag; not_reached when the endpoint does not have it.
    [[nodiscard]] Task<Result<chain::Header>> fetch_header(rpc::BlockId block);

    /// Verified headers of these heights, in their order.
    [[nodiscard]] Task<Result<std::vector<chain::Header>>> fetch_headers(
        std::vector<chain::BlockNumber> blocks);

    /// Wanted logs of a range as they come, and the header of its last block in the same request.
    struct Logs {
        std::vector<chain::Log> logs;
        chain::Header last;
    };

    [[nodiscard]] Task<rpc::CallResult<Logs>> fetch_logs(chain::BlockRange range,
                                                         const LogFilter& filter);

    /// Receipts of these blocks, not yet verified, in their order.
    [[nodiscard]] Task<Result<std::vector<std::vector<chain::Receipt>>>> fetch_receipts(
        std::vector<chain::BlockNumber> blocks);

    /// What a contract answers at a block; the refusal is the error.
    [[nodiscard]] Task<Result<chain::Bytes>> fetch_call(chain::Address to,
                                                        chain::Bytes data,
                                                        rpc::BlockId block);

    /// scheme://host:port.
    [[nodiscard]] std::string name() const {
        return client_.name();
    }

  private:
    [[nodiscard]] Task<rpc::CallResult<rpc::Answers>> call_all(std::vector<rpc::Call> calls);
    [[nodiscard]] Error explain(const Error& error) const;

    rpc::Client& client_;
    bool takes_batches_ = true;
};

}  // namespace redink::sync
