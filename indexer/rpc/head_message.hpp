#pragma once

#include <memory>
#include <string_view>

#include "indexer/chain/types.hpp"
#include "indexer/rpc/answer.hpp"

namespace redink::rpc {

/// True for a notification of a subscription (geth's pub/sub), false for an answer.
[[nodiscard]] bool is_notification(const Document& document);

/// The head that a notification of "newHeads" announces: number and hash, as the node says.
/// RpcErrc::bad_answer when it is of another subscription, or not of that shape.
[[nodiscard]] CallResult<chain::BlockRef> read_head(const Document& document,
                                                    std::string_view subscription);

}  // namespace redink::rpc
