#include "indexer/chain/log.hpp"

#include <algorithm>

#include "indexer/chain/errc.hpp"
#include "indexer/chain/json_fields.hpp"

namespace redink::chain {
namespace {

/// Room made before the elements are known to be logs: a hostile array of zeros costs no memory.
constexpr std::size_t kReserve = 16384;

bool read_topics(Log& log, JsonElement json) {
    simdjson::dom::array topics;
    if (json.get(topics) != simdjson::SUCCESS) {
        return false;
    }
    log.topic_count = 0;
    for (const JsonElement topic : topics) {
        if (log.topic_count == log.topics.size() ||
            !json::read(topic, log.topics[log.topic_count])) {
            return false;
        }
        ++log.topic_count;
    }
    return true;
}

bool refuse_removed(Log&, JsonElement json) {
    bool removed = false;
    return json::read(json, removed) && !removed;
}

constexpr json::FieldTable kLogFields{std::array{
    json::required<&Log::address>("address"),
    json::Field<Log>{"topics", read_topics, true},
    json::required<&Log::data>("data"),
    json::required<&Log::block>("blockNumber"),
    json::required<&Log::block_hash>("blockHash"),
    json::required<&Log::txn_hash>("transactionHash"),
    json::required<&Log::txn_index>("transactionIndex"),
    json::required<&Log::log_index>("logIndex"),
    json::Field<Log>{"removed", refuse_removed, false},
}};

Error refusal(const Log& log, const json::Fault& fault) {
    return fail(ChainErrc::bad_json,
                "log " + std::to_string(log.log_index) + " of block " +
                    std::to_string(log.block.value()) + ": " +
                    (fault.name == "removed" ? "was removed by a reorganisation" : fault.text()));
}

}  // namespace

Result<Log> parse_log(JsonElement json) {
    Result<Log> parsed{Log{}};
    const json::Fault fault = kLogFields.read(json, *parsed);
    if (!fault.problem.empty()) {
        return refusal(*parsed, fault);
    }
    return parsed;
}

Result<std::vector<Log>> parse_logs(JsonElement json) {
    simdjson::dom::array array;
    if (json.get(array) != simdjson::SUCCESS) {
        return fail(ChainErrc::bad_json, "logs: is not an array");
    }
    std::vector<Log> logs;
    logs.reserve(std::min(array.size(), kReserve));
    for (const JsonElement element : array) {
        const json::Fault fault = kLogFields.read(element, logs.emplace_back());
        if (!fault.problem.empty()) {
            return refusal(logs.back(), fault);
        }
    }
    return logs;
}

}  // namespace redink::chain
