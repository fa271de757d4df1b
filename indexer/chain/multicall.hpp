#pragma once

#include <optional>
#include <span>
#include <vector>

#include "indexer/chain/types.hpp"

/// Many calls of contracts in one, by the contract Multicall3 (mds1/multicall3, `aggregate3`),
/// which stands at one address on most chains.
namespace redink::chain::multicall {

/// Where Multicall3 is, once a chain has it: 0xcA11bde05977b3631167028862bE2a173976CA11.
[[nodiscard]] const Address& address();

/// One call among many; it may fail without the others.
struct Call {
    Address to;
    Bytes data;
};

/// What a call gave back; the bytes are a view into the answer.
struct Outcome {
    bool succeeded = false;
    ByteView data;
};

/// Call data of aggregate3((address target, bool allowFailure, bytes callData)[]).
[[nodiscard]] Bytes encode(std::span<const Call> calls);

/// The (bool success, bytes returnData)[] of an answer to `count` calls. Empty when it is anything
/// else: the bytes come from strangers. Reads nothing outside of them.
[[nodiscard]] std::optional<std::vector<Outcome>> decode(ByteView answer, std::size_t count);

}  // namespace redink::chain::multicall
