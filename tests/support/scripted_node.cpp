#include "tests/support/scripted_node.hpp"

#include <algorithm>
#include <vector>

#include <simdjson.h>

#include "indexer/chain/hex.hpp"

namespace redink::tests {
namespace {

struct Asked {
    std::vector<AskedCall> calls;
    bool batch = false;
};

AskedCall to_call(simdjson::dom::element object) {
    const std::string_view method = object["method"];
    return {object["id"].get_uint64(), std::string{method}, simdjson::to_string(object["params"])};
}

Asked parse(const std::string& body) {
    simdjson::dom::parser parser;
    const simdjson::dom::element root = parser.parse(body);
    Asked asked;
    asked.batch = root.is_array();
    if (!asked.batch) {
        asked.calls.push_back(to_call(root));
        return asked;
    }
    for (const simdjson::dom::element object : root) {
        asked.calls.push_back(to_call(object));
    }
    return asked;
}

bool identifies(const AskedCall& call) {
    return call.method == "eth_chainId" || call.method == "eth_blockNumber";
}

std::string quantity_result(std::uint64_t number) {
    return R"("result":")" + chain::to_quantity(number) + '"';
}

}  // namespace

ScriptedNode::ScriptedNode(asio::io_context& io)
    : outcome{[](const AskedCall&) { return R"("result":"0x10")"; }},
      server_{io, [this](const SeenRequest& request) { return answer(request); }} {
}

Script ScriptedNode::answer(const SeenRequest& request) {
    Asked asked = parse(request.body);
    const bool data = !std::all_of(asked.calls.begin(), asked.calls.end(), identifies);
    const std::size_t number = data_requests_;
    data_requests_ += data ? 1 : 0;
    if (trouble && (data || troubles_all)) {
        if (auto script = trouble(request, number)) {
            return std::move(*script);
        }
    }
    if (reversed) {
        std::reverse(asked.calls.begin(), asked.calls.end());
    }
    Script script;
    for (const AskedCall& call : asked.calls) {
        script.body += (script.body.empty() ? "" : ",") + answer_one(call);
    }
    script.body = asked.batch ? "[" + script.body + "]" : script.body;
    return script;
}

std::string ScriptedNode::answer_one(const AskedCall& call) const {
    std::string member;
    if (call.method == "eth_chainId") {
        member = quantity_result(chain_id);
    } else if (call.method == "eth_blockNumber") {
        member = quantity_result(head);
    } else {
        member = outcome(call);
    }
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(call.id) + "," + member + "}";
}

}  // namespace redink::tests
