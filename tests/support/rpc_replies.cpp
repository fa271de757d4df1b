#include "tests/support/rpc_replies.hpp"

#include <simdjson.h>

namespace redink::tests {

std::vector<std::uint64_t> ids_of(const SeenRequest& request) {
    simdjson::dom::parser parser;
    const simdjson::dom::element root = parser.parse(request.body);
    std::vector<std::uint64_t> ids;
    if (root.is_object()) {
        ids.push_back(root["id"].get_uint64());
        return ids;
    }
    for (const simdjson::dom::element call : root) {
        ids.push_back(call["id"].get_uint64());
    }
    return ids;
}

std::string result_object(std::uint64_t id, const std::string& result) {
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":)" + result + "}";
}

std::string error_object(std::uint64_t id, const std::string& error) {
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"error":)" + error + "}";
}

Script answer_with(const SeenRequest& request, const std::string& result) {
    Script script;
    script.body = result_object(ids_of(request).front(), result);
    return script;
}

}  // namespace redink::tests
