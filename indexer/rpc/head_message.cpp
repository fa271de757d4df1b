#include "indexer/rpc/head_message.hpp"

#include "indexer/chain/json_fields.hpp"

namespace redink::rpc {

bool is_notification(const Document& document) {
    std::string_view method;
    return document.root()["method"].get(method) == simdjson::SUCCESS &&
           method == "eth_subscription";
}

CallResult<chain::BlockRef> read_head(const Document& document, std::string_view subscription) {
    std::string_view id;
    if (!is_notification(document) ||
        document.root()["params"]["subscription"].get(id) != simdjson::SUCCESS) {
        return fail(RpcErrc::bad_answer, "a message that is no notification");
    }
    if (id != subscription) {
        return fail(RpcErrc::bad_answer, "a notification of another subscription");
    }
    simdjson::dom::object result;
    if (document.root()["params"]["result"].get(result) != simdjson::SUCCESS) {
        return fail(RpcErrc::bad_answer, "the announced head is not an object");
    }
    simdjson::dom::element number;
    simdjson::dom::element hash;
    chain::BlockRef head;
    if (result["number"].get(number) != simdjson::SUCCESS ||
        result["hash"].get(hash) != simdjson::SUCCESS || !chain::json::read(number, head.number) ||
        !chain::json::read(hash, head.hash)) {
        return fail(RpcErrc::bad_answer, "the announced head has no number and hash");
    }
    return head;
}

}  // namespace redink::rpc
