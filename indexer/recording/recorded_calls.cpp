#include "indexer/recording/recorded_calls.hpp"

#include <simdjson.h>

#include "indexer/chain/json_fields.hpp"

namespace redink::recording {
namespace {

/// The bytes of a call, one after the other. Only the last part varies in length.
std::string key_of(const Call& call) {
    const std::uint64_t block = call.block.value();
    std::string key(sizeof block, '\0');
    std::memcpy(key.data(), &block, sizeof block);
    key.append(call.to.bytes().begin(), call.to.bytes().end());
    key.append(call.data.begin(), call.data.end());
    return key;
}

}  // namespace

std::string RecordedCalls::add(chain::JsonElement line) {
    Call call;
    simdjson::dom::element to;
    simdjson::dom::element data;
    simdjson::dom::element block;
    if (line.at_pointer("/call/to").get(to) != simdjson::SUCCESS ||
        !chain::json::read(to, call.to)) {
        return "\"call\" has no address \"to\"";
    }
    if (line.at_pointer("/call/data").get(data) != simdjson::SUCCESS ||
        !chain::json::read(data, call.data)) {
        return "\"call\" has no hexadecimal \"data\"";
    }
    if (line["block"].get(block) != simdjson::SUCCESS || !chain::json::read(block, call.block)) {
        return "a call has no number \"block\"";
    }
    simdjson::dom::element answer;
    CallOutcome outcome;
    if (line["result"].get(answer) != simdjson::SUCCESS) {
        outcome.failed = true;
        if (line["error"].get(answer) != simdjson::SUCCESS) {
            return "a call has neither \"result\" nor \"error\"";
        }
    }
    outcome.json = simdjson::minify(answer);
    outcomes_[key_of(call)] = std::move(outcome);
    return {};
}

const CallOutcome* RecordedCalls::find(const Call& call) const {
    const auto found = outcomes_.find(key_of(call));
    return found == outcomes_.end() ? nullptr : &found->second;
}

}  // namespace redink::recording
