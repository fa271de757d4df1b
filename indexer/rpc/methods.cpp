#include "indexer/rpc/methods.hpp"

namespace redink::rpc::methods {
namespace {

std::string quoted(const std::string& text) {
    return '"' + text + '"';
}

std::string quantity(chain::BlockNumber block) {
    return quoted(chain::to_quantity(block.value()));
}

const char* to_word(BlockTag tag) {
    switch (tag) {
        case BlockTag::earliest:
            return "\"earliest\"";
        case BlockTag::latest:
            return "\"latest\"";
        case BlockTag::safe:
            return "\"safe\"";
        case BlockTag::finalized:
            return "\"finalized\"";
        case BlockTag::pending:
            return "\"pending\"";
    }
    return "\"latest\"";
}

std::string to_json(const BlockId& block) {
    if (const auto* tag = std::get_if<BlockTag>(&block)) {
        return to_word(*tag);
    }
    return quantity(std::get<chain::BlockNumber>(block));
}

template <class T>
std::string to_json(const std::vector<T>& values) {
    std::string json = "[";
    for (const T& value : values) {
        if (json.size() > 1) {
            json += ',';
        }
        json += quoted(value.hex());
    }
    return json + "]";
}

}  // namespace

Call chain_id() {
    return {"eth_chainId", "[]"};
}

Call block_number() {
    return {"eth_blockNumber", "[]"};
}

Call client_version() {
    return {"web3_clientVersion", "[]"};
}

Call block_header(BlockId block) {
    return {"eth_getBlockByNumber", "[" + to_json(block) + ",false]"};
}

Call logs(const LogFilter& filter) {
    std::string json = R"([{"fromBlock":)" + quantity(filter.range.first) + R"(,"toBlock":)" +
                       quantity(filter.range.last);
    if (!filter.addresses.empty()) {
        json += R"(,"address":)" + to_json(filter.addresses);
    }
    if (!filter.topics.empty()) {
        json += R"(,"topics":[)";
        for (std::size_t i = 0; i < filter.topics.size(); ++i) {
            json += i == 0 ? "" : ",";
            json += filter.topics[i].empty() ? "null" : to_json(filter.topics[i]);
        }
        json += ']';
    }
    return {"eth_getLogs", json + "}]"};
}

Call block_receipts(chain::BlockNumber block) {
    return {"eth_getBlockReceipts", "[" + quantity(block) + "]"};
}

Call contract_call(const ContractCall& call, BlockId block) {
    return {"eth_call",
            R"([{"to":)" + quoted(call.to.hex()) + R"(,"data":)" +
                quoted(chain::to_hex(call.data)) + "}," + to_json(block) + "]"};
}

}  // namespace redink::rpc::methods
