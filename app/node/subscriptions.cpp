#include "app/node/subscriptions.hpp"

#include <nlohmann/json.hpp>

namespace redink::node {
namespace {

using recording::RecordedBlock;

std::string notification(std::uint64_t id, std::string_view result) {
    std::string text =
        R"({"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":")" +
        chain::to_quantity(id) + R"(","result":)";
    text += result;
    return text + "}}";
}

/// The header alone: what geth announces has nothing of the body.
std::string to_head(std::string_view block) {
    auto json = nlohmann::ordered_json::parse(block);
    for (const char* member :
         {"transactions", "uncles", "withdrawals", "size", "totalDifficulty"}) {
        json.erase(member);
    }
    return json.dump();
}

std::string as_removed(std::string_view log) {
    auto json = nlohmann::ordered_json::parse(log);
    json["removed"] = true;
    return json.dump();
}

}  // namespace

Subscriptions::Subscriptions(const ChainView& view, Faults& faults) : view_{view}, faults_{faults} {
}

Answer<std::string> Subscriptions::open(const Params& params) {
    const Answer<std::string_view> kind = params.text(0);
    if (kind.has_error()) {
        return kind.error();
    }
    Filter filter;
    if (*kind == "logs") {
        const Answer<LogQuery> query = params.log_query_or_all(1);
        if (query.has_error()) {
            return query.error();
        }
        filter = view_.recording().log_index().number(query->filter);
    } else if (*kind != "newHeads") {
        return RpcError{RpcCode::unknown_method,
                        "no such subscription in the eth namespace; there are newHeads and logs",
                        {}};
    }
    if (all_.size() >= kMaxSubscriptions) {
        return server_error("too many subscriptions on this socket");
    }
    all_.emplace(++last_id_, std::move(filter));
    return chain::to_quantity(last_id_);
}

Answer<bool> Subscriptions::close(const Params& params) {
    const Answer<std::uint64_t> id = params.number(0, 0);
    if (id.has_error() || all_.erase(*id) == 0) {
        return server_error("subscription not found");
    }
    return true;
}

std::vector<std::string> Subscriptions::notify(const ChainChange& change) {
    std::vector<std::string> out;
    if (all_.empty() || faults_.silences()) {
        return out;
    }
    for (const RecordedBlock* block : change.removed) {
        notify_removed(*block, out);
    }
    for (const RecordedBlock* block : change.added) {
        notify_added(*block, out);
    }
    return out;
}

void Subscriptions::notify_removed(const RecordedBlock& block,
                                   std::vector<std::string>& out) const {
    for (const auto& [id, filter] : all_) {
        for (const recording::RecordedLog& log : block.logs) {
            if (filter && filter->admits(log)) {
                out.push_back(notification(id, as_removed(block.slice(log.text))));
            }
        }
    }
}

void Subscriptions::notify_added(const RecordedBlock& block, std::vector<std::string>& out) {
    const chain::BlockRange range{block.ref.number, block.ref.number};
    for (const auto& [id, filter] : all_) {
        if (!filter) {
            const std::string altered = faults_.altered_header(block);
            out.push_back(notification(
                id, to_head(altered.empty() ? block.block_json() : std::string_view{altered})));
        }
    }
    for (const auto& [id, filter] : all_) {
        if (!filter) {
            continue;
        }
        std::vector<ServedLog> logs;
        for (std::uint32_t i = 0; i < block.logs.size(); ++i) {
            if (filter->admits(block.logs[i])) {
                logs.push_back({{&block, i}, {}});
            }
        }
        faults_.alter_logs(logs, {range, *filter, view_});
        for (const ServedLog& log : logs) {
            out.push_back(notification(id, log.json()));
        }
    }
}

}  // namespace redink::node
