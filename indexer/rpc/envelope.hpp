#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/rpc/answer.hpp"

namespace redink::rpc {

/// One JSON-RPC call: a method name and its parameters, a JSON array.
struct Call {
    std::string method;
    std::string params = "[]";

    friend bool operator==(const Call&, const Call&) = default;
};

/// The outcome of each call, in the order of the calls.
using Answers = std::vector<CallResult<Answer>>;

/// The request object of one call (JSON-RPC 2.0 section 4). The method name is ours and plain.
[[nodiscard]] std::string make_request(const Call& call, std::uint64_t id);

/// The batch of these calls with ids from `first_id` upwards (JSON-RPC 2.0 section 6).
[[nodiscard]] std::string make_batch(std::span<const Call> calls, std::uint64_t first_id);

/// Which ids a reply must carry: `count` of them from `first` upwards.
struct ExpectedIds {
    std::uint64_t first = 0;
    std::size_t count = 0;
};

/// Reads the response object to one call. A null `error` beside a result counts as none, and an
/// error object may carry the id null, because both occur.
[[nodiscard]] CallResult<Answer> read_single(const std::shared_ptr<const Document>& document,
                                             std::uint64_t id);

/// Reads the response to a batch, in any order. Refusals of single calls are elements; a missing,
/// repeated or unknown id spoils the whole. One error object for the whole batch is
/// RpcErrc::batch_refused when it is about batches, and RpcErrc::refused otherwise.
[[nodiscard]] CallResult<Answers> read_batch(const std::shared_ptr<const Document>& document,
                                             ExpectedIds ids);

/// `text` for a person's eyes: one line of printable ASCII, cut to `limit` characters.
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t limit);

}  // namespace redink::rpc
