#pragma once

#include <string>

#include <boost/system/result.hpp>

namespace redink::node {

/// The error codes of JSON-RPC 2.0, and those of EIP-1474 that nodes use besides.
enum class RpcCode : int {
    parse_error = -32700,
    invalid_request = -32600,
    unknown_method = -32601,
    invalid_params = -32602,
    internal = -32603,
    server = -32000,
    limit_exceeded = -32005,
};

/// The error object of an answer.
struct RpcError {
    RpcCode code = RpcCode::internal;
    std::string message;
    std::string json;  ///< when not empty: a recorded error object, in place of the others
};

/// What a method gives, or the error that it answers with.
template <class T>
using Answer = boost::system::result<T, RpcError>;

/// A wrong parameter.
inline RpcError invalid_params(std::string message) {
    return {RpcCode::invalid_params, std::move(message), {}};
}

/// A state of the chain in which there is no answer.
inline RpcError server_error(std::string message) {
    return {RpcCode::server, std::move(message), {}};
}

}  // namespace redink::node
