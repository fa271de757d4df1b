#include "app/node/lies.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace redink::node {
namespace {

using nlohmann::ordered_json;
using recording::RecordedBlock;

/// Makes hexadecimal wrong and keeps its length, if it has any.
void flip(ordered_json& hex) {
    std::string text = hex.get<std::string>();
    if (text.size() <= 2) {
        text = "0x01";
    } else {
        text.back() = text.back() == '0' ? '1' : '0';
    }
    hex = std::move(text);
}

std::string with_altered(std::string_view log, const char* member) {
    auto json = ordered_json::parse(log);
    flip(json.at(member));
    return json.dump();
}

std::string with_altered_topic(std::string_view log, std::uint64_t topic) {
    auto json = ordered_json::parse(log);
    auto& topics = json.at("topics");
    if (!topics.empty()) {
        flip(topics.at(std::min<std::uint64_t>(topic, topics.size() - 1)));
    }
    return json.dump();
}

std::string as_of_block(std::string_view log, const chain::BlockRef& block) {
    auto json = ordered_json::parse(log);
    json["blockNumber"] = chain::to_quantity(block.number.value());
    json["blockHash"] = block.hash.hex();
    return json.dump();
}

/// Alters, repeats or removes the one log that the fault names.
bool lie_about_one(const Fault& fault, std::vector<ServedLog>& logs) {
    const auto found = std::find_if(
        logs.begin(), logs.end(), [&](const ServedLog& served) { return fault.is_at(served.log); });
    if (found == logs.end()) {
        return false;
    }
    if (fault.kind() == "alter-log") {
        found->altered = with_altered(found->json(), "data");
    } else if (fault.kind() == "alter-topic") {
        const std::uint64_t topic = fault.number("topic", ~std::uint64_t{0});
        found->altered = with_altered_topic(found->json(), topic);
    } else if (fault.kind() == "repeat-log") {
        logs.insert(found, ServedLog{*found});
    } else {
        logs.erase(found);
    }
    return true;
}

/// Alters, repeats or removes all logs of the block that the fault names.
bool lie_about_block(const Fault& fault, std::vector<ServedLog>& logs) {
    const auto is_there = [&](const ServedLog& served) { return fault.is_at(*served.log.block); };
    if (fault.kind() == "drop-block-logs") {
        return std::erase_if(logs, is_there) > 0;
    }
    const auto first = std::find_if(logs.begin(), logs.end(), is_there);
    const auto last = std::find_if_not(first, logs.end(), is_there);
    const std::vector<ServedLog> block{first, last};
    if (fault.kind() == "duplicate-logs") {
        logs.insert(last, block.begin(), block.end());
    } else {
        for (auto log = first; log != last; ++log) {
            log->altered = with_altered(log->json(), "blockHash");
        }
    }
    return !block.empty();
}

bool move_on(const Fault& fault, std::vector<ServedLog>& logs, const LogRequest& request) {
    const auto is_there = [&](const ServedLog& served) { return fault.is_at(served.log); };
    const bool changed = std::erase_if(logs, is_there) > 0;
    const chain::BlockNumber from{fault.number("block", 0)};
    const RecordedBlock* home = request.view.find(from);
    const RecordedBlock* next = request.view.find(from + 1);
    const auto index = static_cast<std::uint32_t>(fault.number("index", 0));
    if (home == nullptr || next == nullptr || next->ref.number < request.range.first ||
        next->ref.number > request.range.last || index >= home->logs.size() ||
        !request.filter.admits(home->logs[index])) {
        return changed;
    }
    const auto place = std::find_if(logs.begin(), logs.end(), [&](const ServedLog& served) {
        return served.log.block->ref.number >= next->ref.number;
    });
    const VisibleLog log{home, index};
    logs.insert(place, {log, as_of_block(home->slice(log.log().text), next->ref)});
    return true;
}

bool hide(std::vector<ServedLog>& logs, chain::BlockRange seen) {
    const auto is_hidden = [&](const ServedLog& served) {
        const chain::BlockNumber number = served.log.block->ref.number;
        return number < seen.first || number > seen.last;
    };
    return std::erase_if(logs, is_hidden) > 0;
}

std::string replaced(std::string text, std::string_view from, const std::string& to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
        text.replace(at, from.size(), to);
    }
    return text;
}

}  // namespace

bool lie_about_logs(const Fault& fault, std::vector<ServedLog>& logs, const LogRequest& request) {
    const std::string& kind = fault.kind();
    if (kind == "alter-log" || kind == "alter-topic" || kind == "repeat-log" ||
        kind == "drop-log") {
        return lie_about_one(fault, logs);
    }
    if (kind == "drop-block-logs" || kind == "duplicate-logs" || kind == "wrong-hash") {
        return lie_about_block(fault, logs);
    }
    if (kind == "move-log") {
        return move_on(fault, logs, request);
    }
    if (kind == "empty-logs") {
        return hide(logs, {request.range.last + 1, request.range.last + 1});
    }
    if (kind == "lag-logs") {
        const RecordedBlock& known = request.view.below_head(fault.number("blocks", 1));
        return hide(logs, {request.view.first(), known.ref.number});
    }
    if (kind == "pruned") {
        return hide(logs, {chain::BlockNumber{fault.number("below", 0)}, request.range.last});
    }
    return false;
}

std::string lie_about_header(const Fault& fault, const RecordedBlock& block) {
    auto json = ordered_json::parse(block.block_json());
    flip(json[fault.text("field").value_or("stateRoot")]);
    return json.dump();
}

std::string lie_about_receipts(const RecordedBlock& block) {
    auto json = ordered_json::parse(block.receipts_json());
    flip(json.at(0).at("cumulativeGasUsed"));
    return json.dump();
}

RpcError refusal_of(const Fault& fault, chain::BlockRange range) {
    const std::uint64_t most = fault.number("max", 0);
    const chain::BlockNumber last = range.first + (most == 0 ? 0 : most - 1);
    const auto fill = [&](std::string text) {
        text = replaced(std::move(text), "{N}", std::to_string(most));
        text = replaced(std::move(text), "{A}", chain::to_quantity(range.first.value()));
        return replaced(std::move(text), "{B}", chain::to_quantity(last.value()));
    };
    const auto code_text = fault.text("code").value_or("-32000");
    auto code = ordered_json::parse(code_text, nullptr, false);
    ordered_json error;
    error["code"] = code.is_number_integer() ? code : ordered_json(code_text);
    error["message"] = fill(fault.text("text").value_or(""));
    if (const auto data = fault.text("data")) {
        const auto json = ordered_json::parse(fill(*data), nullptr, false);
        error["data"] = json.is_discarded() ? ordered_json(fill(*data)) : json;
    }
    constexpr auto kReplace = ordered_json::error_handler_t::replace;
    return {RpcCode::server, {}, error.dump(-1, ' ', false, kReplace)};
}

}  // namespace redink::node
