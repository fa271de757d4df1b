#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>

#include "indexer/chain/result.hpp"

namespace redink::rpc {

/// Why a call to a node gave no answer.
enum class RpcErrc {
    deadline = 1,   ///< the time limit passed first
    cancelled,      ///< the caller cancelled
    busy,           ///< no connection of the pool became free in time
    connect,        ///< the name does not resolve, or nobody accepts the connection
    tls,            ///< the node's certificate or TLS handshake is not acceptable
    stale,          ///< a kept connection was closed before the request; hidden by one retry
    broken,         ///< the connection ended, or spoke no HTTP, in the middle of an exchange
    http_status,    ///< an HTTP status other than 200 without a JSON-RPC error in its body
    rate_limited,   ///< the node asks for fewer requests (HTTP 429, or an error that says so)
    too_large,      ///< the answer is larger than the limit; ask for less
    bad_encoding,   ///< gzip that is truncated, damaged or followed by other bytes
    bad_json,       ///< the answer is not JSON, or nested too deeply
    bad_answer,     ///< JSON, but not the answer to this request: wrong, missing or repeated id
    refused,        ///< the node answered with a JSON-RPC error object, see Refusal
    batch_refused,  ///< the node answered, but does not take batches (or none of this size)
    bad_url,        ///< the endpoint URL cannot be used
    wrong_chain,    ///< the endpoint serves another chain
    no_endpoint,    ///< no endpoint is fit for the request now
};

/// The category that names these codes.
const std::error_category& rpc_category();

inline std::error_code make_error_code(RpcErrc code) {
    return {static_cast<int>(code), rpc_category()};
}

/// The JSON-RPC error object of a node (JSON-RPC 2.0 section 5.1). `code` is 0 when there is none;
/// `data` is the text itself or, for anything else, its JSON. Both texts are cut to a few KiB.
struct Refusal {
    std::int64_t code = 0;
    std::string message;
    std::string data;

    friend bool operator==(const Refusal&, const Refusal&) = default;
};

/// An Error with what a node said about it.
struct CallError : Error {
    /// Present when the node answered with an error object, whatever the HTTP status.
    std::optional<Refusal> refusal;

    /// The HTTP status, or 0 when no answer arrived.
    unsigned http_status = 0;

    /// How long the node asks to wait (RFC 9110 section 10.2.3), in milliseconds.
    std::optional<std::chrono::milliseconds> retry_after;

    /// The start of an HTTP answer that is no JSON-RPC, at most a few KiB: proxies refuse so.
    std::string body{};

    /// True when the reason is `wanted`.
    [[nodiscard]] bool is(RpcErrc wanted) const {
        return code == make_error_code(wanted);
    }
};

/// A value, or what the node or the network did instead. Converts to Result<T>.
template <class T>
using CallResult = boost::system::result<T, CallError>;

/// A CallError with this code and text.
inline CallError fail(RpcErrc code, std::string text) {
    return CallError{{make_error_code(code), std::move(text)}, std::nullopt, 0, std::nullopt};
}

}  // namespace redink::rpc

template <>
struct std::is_error_code_enum<redink::rpc::RpcErrc> : std::true_type {};
