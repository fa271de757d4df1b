#include "app/node/methods.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "app/node/subscriptions.hpp"

namespace redink::node {
namespace {

using recording::RecordedBlock;

// As anvil has them: two epochs and one.
constexpr std::uint64_t kFinalizedDepth = 64;
constexpr std::uint64_t kSafeDepth = 32;

/// The precompile that gives back what it gets (Yellow Paper, appendix E): the one contract whose
/// answers need no recording.
const chain::Address kIdentity =
    *chain::Address::parse("0x0000000000000000000000000000000000000004");

std::string json_string(std::string_view text) {
    return '"' + std::string{text} + '"';
}

/// With hashes in place of the transactions, as a caller that does not want them gets it.
std::string with_hashes_only(std::string_view block) {
    auto json = nlohmann::ordered_json::parse(block);
    for (auto& transaction : json.at("transactions")) {
        transaction = nlohmann::ordered_json{transaction.at("hash")};
    }
    return json.dump();
}

/// The transaction as it was recorded; null when only its hash was.
std::string find_transaction(const RecordedBlock& block, std::size_t index) {
    const auto json = nlohmann::ordered_json::parse(block.block_json());
    const auto& all = json.at("transactions");
    return index < all.size() && all[index].is_object() ? all[index].dump() : "null";
}

bool has_whole_transactions(std::string_view block) {
    constexpr std::string_view kMember = "\"transactions\":[";
    const std::size_t at = block.find(kMember);
    return at != std::string_view::npos && at + kMember.size() < block.size() &&
           block[at + kMember.size()] == '{';
}

}  // namespace

const std::vector<Methods::Entry>& Methods::table() {
    static const std::vector<Entry> entries{
        {"eth_blockNumber", &Methods::block_number},
        {"eth_call", &Methods::call},
        {"eth_chainId", &Methods::chain_id},
        {"eth_getBlockByHash", &Methods::block_by_hash},
        {"eth_getBlockByNumber", &Methods::block_by_number},
        {"eth_getBlockReceipts", &Methods::block_receipts},
        {"eth_getLogs", &Methods::logs},
        {"eth_getTransactionByHash", &Methods::txn_by_hash},
        {"eth_getTransactionReceipt", &Methods::txn_receipt},
        {"eth_subscribe", &Methods::subscribe},
        {"eth_syncing", &Methods::syncing},
        {"eth_unsubscribe", &Methods::unsubscribe},
        {"net_version", &Methods::net_version},
        {"redink_advance", &Methods::advance},
        {"web3_clientVersion", &Methods::client_version},
    };
    return entries;
}

Answer<const RecordedBlock*> Methods::find(const BlockSelector& block) const {
    if (const auto* hash = std::get_if<chain::Hash32>(&block)) {
        return view_.find(*hash);
    }
    if (const auto* number = std::get_if<chain::BlockNumber>(&block)) {
        if (*number < view_.first()) {
            return server_error("block " + std::to_string(number->value()) +
                                " is not available: this recording starts at block " +
                                std::to_string(view_.first().value()));
        }
        return view_.find(*number);
    }
    switch (std::get<BlockTag>(block)) {
        case BlockTag::earliest:
            return view_.find(view_.first());
        case BlockTag::finalized:
            return &view_.below_head(kFinalizedDepth);
        case BlockTag::safe:
            return &view_.below_head(kSafeDepth);
        case BlockTag::latest:
            break;
    }
    return &view_.head();
}

Answer<void> Methods::chain_id(const Params& params, Text& out) {
    out += json_string(chain::to_quantity(view_.recording().chain_id()));
    return params.expect_at_most(0);
}

Answer<void> Methods::net_version(const Params& params, Text& out) {
    out += json_string(std::to_string(view_.recording().chain_id()));
    return params.expect_at_most(0);
}

Answer<void> Methods::client_version(const Params& params, Text& out) {
    out += json_string(traits_.client_version);
    return params.expect_at_most(0);
}

Answer<void> Methods::syncing(const Params& params, Text& out) {
    out += "false";
    return params.expect_at_most(0);
}

Answer<void> Methods::block_number(const Params& params, Text& out) {
    out += json_string(chain::to_quantity(view_.head().ref.number.value()));
    return params.expect_at_most(0);
}

void Methods::write_block(const RecordedBlock* block, bool full, Text& out) {
    if (block == nullptr) {
        out += "null";
        return;
    }
    const std::string altered = faults_.altered_header(*block);
    const std::string_view text = altered.empty() ? block->block_json() : altered;
    if (!full && has_whole_transactions(text)) {
        out += with_hashes_only(text);
    } else {
        out += text;
    }
}

Answer<void> Methods::block_by_number(const Params& params, Text& out) {
    const Answer<BlockSelector> selector = params.block(0);
    if (selector.has_error()) {
        return selector.error();
    }
    if (std::holds_alternative<chain::Hash32>(*selector)) {
        return invalid_params("invalid argument 0: a hash; use eth_getBlockByHash");
    }
    const Answer<bool> full = params.flag(1);
    if (full.has_error()) {
        return full.error();
    }
    const Answer<const RecordedBlock*> block = find(*selector);
    if (block.has_error()) {
        return block.error();
    }
    write_block(*block, *full, out);
    return params.expect_at_most(2);
}

Answer<void> Methods::block_by_hash(const Params& params, Text& out) {
    const Answer<chain::Hash32> hash = params.hash(0);
    if (hash.has_error()) {
        return hash.error();
    }
    const Answer<bool> full = params.flag(1);
    if (full.has_error()) {
        return full.error();
    }
    write_block(view_.find(*hash), *full, out);
    return params.expect_at_most(2);
}

Answer<void> Methods::block_receipts(const Params& params, Text& out) {
    const Answer<BlockSelector> selector = params.block(0);
    if (selector.has_error()) {
        return selector.error();
    }
    const Answer<const RecordedBlock*> block = find(*selector);
    if (block.has_error()) {
        return block.error();
    }
    if (*block == nullptr || faults_.is_pruned((*block)->ref.number)) {
        out += "null";
        return params.expect_at_most(1);
    }
    const std::string altered = faults_.altered_receipts(**block);
    out += altered.empty() ? (*block)->receipts_json() : std::string_view{altered};
    return params.expect_at_most(1);
}

Answer<void> Methods::txn_receipt(const Params& params, Text& out) {
    const Answer<chain::Hash32> hash = params.hash(0);
    if (hash.has_error()) {
        return hash.error();
    }
    const auto found = view_.find_receipt(*hash);
    const bool is_known = found && !faults_.is_pruned(found->block->ref.number);
    out += is_known ? found->block->slice(found->block->receipts[found->receipt].text) : "null";
    return params.expect_at_most(1);
}

Answer<void> Methods::txn_by_hash(const Params& params, Text& out) {
    const Answer<chain::Hash32> hash = params.hash(0);
    if (hash.has_error()) {
        return hash.error();
    }
    const auto found = view_.find_receipt(*hash);
    out += found ? find_transaction(*found->block, found->receipt) : "null";
    return params.expect_at_most(1);
}

Answer<chain::BlockRange> Methods::log_range(const LogQuery& query) const {
    if (const auto* hash = std::get_if<chain::Hash32>(&query.from)) {
        const RecordedBlock* block = view_.find(*hash);
        if (block == nullptr) {
            return server_error("unknown block");
        }
        return chain::BlockRange{block->ref.number, block->ref.number};
    }
    const auto* from_number = std::get_if<chain::BlockNumber>(&query.from);
    const auto* to_number = std::get_if<chain::BlockNumber>(&query.to);
    if (from_number != nullptr && to_number != nullptr && *from_number > *to_number) {
        return invalid_params("invalid block range params");
    }
    const Answer<const RecordedBlock*> from = find(query.from);
    const Answer<const RecordedBlock*> to = find(query.to);
    if (from.has_error() || to.has_error()) {
        return from.has_error() ? from.error() : to.error();
    }
    if (*from == nullptr || *to == nullptr) {
        return server_error("block range extends beyond current head block");
    }
    const chain::BlockRange range{(*from)->ref.number, (*to)->ref.number};
    if (range.first > range.last) {
        return invalid_params("invalid block range params");
    }
    if (traits_.max_range && range.size() > *traits_.max_range) {
        return RpcError{RpcCode::limit_exceeded,
                        "block range too large, max range: " + std::to_string(*traits_.max_range),
                        {}};
    }
    if (std::optional<RpcError> refusal = faults_.refusal(range)) {
        return std::move(*refusal);
    }
    return range;
}

Answer<void> Methods::logs(const Params& params, Text& out) {
    const Answer<LogQuery> query = params.log_query(0);
    if (query.has_error()) {
        return query.error();
    }
    const Answer<chain::BlockRange> range = log_range(*query);
    if (range.has_error()) {
        return range.error();
    }
    const recording::NumberedFilter filter = view_.recording().log_index().number(query->filter);
    std::vector<ServedLog> found;
    for (const VisibleLog& log : view_.logs(*range, filter)) {
        found.push_back({log, {}});
    }
    faults_.alter_logs(found, {*range, filter, view_});
    if (traits_.max_logs && found.size() > *traits_.max_logs) {
        return RpcError{
            RpcCode::limit_exceeded,
            "query returned more than " + std::to_string(*traits_.max_logs) + " results",
            {}};
    }
    const std::size_t start = out.size();
    out += '[';
    for (const ServedLog& log : found) {
        out += log.json();
        out += ',';
        if (out.size() - start > kMaxResultBytes) {
            return RpcError{RpcCode::limit_exceeded, "response is too big, narrow the range", {}};
        }
    }
    if (out.back() == ',') {
        out.pop_back();
    }
    out += ']';
    return params.expect_at_most(1);
}

Answer<void> Methods::call(const Params& params, Text& out) {
    const Answer<CallQuery> query = params.call(0);
    if (query.has_error()) {
        return query.error();
    }
    const Answer<BlockSelector> selector = params.block_or_latest(1);
    if (selector.has_error()) {
        return selector.error();
    }
    const Answer<const RecordedBlock*> block = find(*selector);
    if (block.has_error()) {
        return block.error();
    }
    if (*block == nullptr) {
        return server_error("header not found");
    }
    if (query->to == kIdentity && !faults_.is_pruned((*block)->ref.number)) {
        out += json_string(chain::to_hex(query->data));
        return {};
    }
    const recording::CallOutcome* outcome =
        view_.is_canonical(**block) && !faults_.is_pruned((*block)->ref.number)
            ? view_.recording().calls().find({(*block)->ref.number, query->to, query->data})
            : nullptr;
    if (outcome == nullptr) {
        return server_error("missing trie node " + (*block)->ref.hash.hex().substr(2) +
                            " (this recording has no result for that call at that block)");
    }
    if (outcome->failed) {
        return RpcError{RpcCode::server, {}, outcome->json};
    }
    out += outcome->json;
    return {};
}

Answer<void> Methods::advance(const Params& params, Text& out) {
    const Answer<std::uint64_t> steps = params.number(0, 1);
    if (steps.has_error()) {
        return steps.error();
    }
    feed_.advance(*steps);
    return block_number({}, out);
}

Answer<void> Methods::subscribe(const Params& params, Text& out) {
    if (socket_ == nullptr) {
        return RpcError{RpcCode::unknown_method, "notifications not supported", {}};
    }
    const Answer<std::string> id = socket_->open(params);
    if (id.has_error()) {
        return id.error();
    }
    out += json_string(*id);
    return {};
}

Answer<void> Methods::unsubscribe(const Params& params, Text& out) {
    if (socket_ == nullptr) {
        return RpcError{RpcCode::unknown_method, "notifications not supported", {}};
    }
    const Answer<bool> closed = socket_->close(params);
    if (closed.has_error()) {
        return closed.error();
    }
    out += "true";
    return params.expect_at_most(1);
}

}  // namespace redink::node
