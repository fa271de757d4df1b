#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "indexer/chain/types.hpp"
#include "indexer/rpc/envelope.hpp"

namespace redink::rpc {

/// A block that the node chooses (execution-apis, `BlockTag`).
enum class BlockTag : std::uint8_t { earliest, latest, safe, finalized, pending };

/// A block by height or by tag.
using BlockId = std::variant<chain::BlockNumber, BlockTag>;

/// Which logs (execution-apis, `Filter`): any of `addresses` and, position by position, any of
/// `topics`. An empty list means any. The range is always in numbers, never "latest".
struct LogFilter {
    chain::BlockRange range;
    std::vector<chain::Address> addresses;
    std::vector<std::vector<chain::Hash32>> topics;
};

/// A call of a contract that changes nothing.
struct ContractCall {
    chain::Address to;
    chain::Bytes data;
};

/// The calls we make (ethereum/execution-apis), with their parameters as JSON.
namespace methods {

[[nodiscard]] Call chain_id();
[[nodiscard]] Call block_number();
[[nodiscard]] Call client_version();

/// eth_getBlockByNumber without transactions: null when the node has no such block.
[[nodiscard]] Call block_header(BlockId block);

[[nodiscard]] Call logs(const LogFilter& filter);

/// eth_getBlockReceipts of a height.
[[nodiscard]] Call block_receipts(chain::BlockNumber block);

/// eth_call on the state after `block`.
[[nodiscard]] Call contract_call(const ContractCall& call, BlockId block);

}  // namespace methods

}  // namespace redink::rpc
