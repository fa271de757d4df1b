#pragma once

#include <variant>

#include <simdjson.h>

#include "app/node/rpc_error.hpp"
#include "indexer/chain/json_element.hpp"
#include "indexer/recording/log_index.hpp"
#include "indexer/recording/recorded_calls.hpp"

namespace redink::node {

/// A block by what only the node can tell. What is pending is not recorded: it means the latest.
enum class BlockTag { earliest, finalized, safe, latest };

/// How a caller names a block.
using BlockSelector = std::variant<chain::BlockNumber, chain::Hash32, BlockTag>;

/// The parameter of eth_getLogs.
struct LogQuery {
    BlockSelector from = BlockTag::latest;  ///< a hash means that block alone
    BlockSelector to = BlockTag::latest;
    recording::LogFilter filter;
};

/// To and data of eth_call; the block is a parameter of its own.
struct CallQuery {
    chain::Address to;
    chain::Bytes data;
};

/// The positional parameters of one request. Errors name the parameter, counted from 0 as geth
/// does. Quantities must not have leading zeros, as in geth.
class Params {
  public:
    /// None at all.
    Params() = default;

    /// A member "params" that is absent or null is an empty list.
    [[nodiscard]] static Answer<Params> of(const chain::JsonElement& request);

    /// Fails when there are more than `most` parameters.
    [[nodiscard]] Answer<void> expect_at_most(std::size_t most) const;

    /// A number, tag, or {"blockNumber"} or {"blockHash"} (EIP-1898); also a bare hash.
    [[nodiscard]] Answer<BlockSelector> block(std::size_t index) const;

    /// As block(), or the latest when there is no such parameter.
    [[nodiscard]] Answer<BlockSelector> block_or_latest(std::size_t index) const;

    [[nodiscard]] Answer<chain::Hash32> hash(std::size_t index) const;

    [[nodiscard]] Answer<bool> flag(std::size_t index) const;

    [[nodiscard]] Answer<LogQuery> log_query(std::size_t index) const;

    [[nodiscard]] Answer<CallQuery> call(std::size_t index) const;

    /// As log_query(), or the filter that admits everything when there is no such parameter.
    [[nodiscard]] Answer<LogQuery> log_query_or_all(std::size_t index) const;

    /// Valid as long as the request is.
    [[nodiscard]] Answer<std::string_view> text(std::size_t index) const;

    /// An unsigned number, `otherwise` when there is none.
    [[nodiscard]] Answer<std::uint64_t> number(std::size_t index, std::uint64_t otherwise) const;

  private:
    std::vector<chain::JsonElement> values_;
};

}  // namespace redink::node
