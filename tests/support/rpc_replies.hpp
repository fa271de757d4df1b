#pragma once

#include <string>
#include <vector>

#include "tests/support/fake_http_server.hpp"

namespace redink::tests {

/// The ids in a JSON-RPC request or batch, in order.
[[nodiscard]] std::vector<std::uint64_t> ids_of(const SeenRequest& request);

/// A response object with this result, given as JSON.
[[nodiscard]] std::string result_object(std::uint64_t id, const std::string& result);

/// A response object with an error, given as JSON.
[[nodiscard]] std::string error_object(std::uint64_t id, const std::string& error);

/// The plain answer to a single request.
[[nodiscard]] Script answer_with(const SeenRequest& request, const std::string& result);

}  // namespace redink::tests
