#include "app/node/faults.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace redink::node {
namespace {

using recording::RecordedBlock;

struct Kind {
    std::string_view name;
    std::string_view keys;  ///< accepted besides `times`, with commas around each
    std::string_view meaning;
};

constexpr std::array kKinds{
    Kind{"alter-log", ",block,index,", "a byte of a log's data is wrong"},
    Kind{"alter-topic", ",block,index,topic,", "a topic (the last one) is wrong"},
    Kind{"drop-log", ",block,index,", "a log is missing"},
    Kind{"move-log", ",block,index,", "a log is served as one of the next block"},
    Kind{"repeat-log", ",block,index,", "a log comes twice"},
    Kind{"drop-block-logs", ",block,", "all logs of a block are missing"},
    Kind{"empty-logs", ",every,", "eth_getLogs finds nothing"},
    Kind{"lag-logs", ",blocks,", "eth_getLogs finds nothing in the last blocks"},
    Kind{"bad-header", ",block,field,", "a member (stateRoot) of a block is wrong"},
    Kind{"bad-receipts", ",block,", "gas in a block's receipts is wrong"},
    Kind{"no-receipts", ",", "eth_getBlockReceipts is unknown"},
    Kind{"no-method", ",name,", "a method is unknown"},
    Kind{"refuse-batch", ",", "batches are refused"},
    Kind{"lag", ",blocks,", "the node is some blocks behind"},
    Kind{"http-500", ",every,", "status 500"},
    Kind{"http-429", ",every,", "status 429"},
    Kind{"close", ",every,", "the connection ends without an answer"},
    Kind{"truncate", ",every,", "the connection ends within the answer"},
    Kind{"cut-json", ",every,", "half of the JSON in a whole HTTP message"},
    Kind{"slow", ",every,ms,", "the answer waits (1000 ms)"},
};

constexpr std::array<std::pair<std::string_view, Disturbance>, 5> kDisturbances{{
    {"http-500", Disturbance::http_500},
    {"http-429", Disturbance::http_429},
    {"close", Disturbance::close},
    {"truncate", Disturbance::truncate},
    {"cut-json", Disturbance::cut_json},
}};

/// Members of a block that bad-header can make wrong.
constexpr std::array<std::string_view, 11> kFields{"hash",
                                                   "parentHash",
                                                   "miner",
                                                   "stateRoot",
                                                   "transactionsRoot",
                                                   "receiptsRoot",
                                                   "logsBloom",
                                                   "number",
                                                   "timestamp",
                                                   "gasUsed",
                                                   "extraData"};

/// Makes hexadecimal wrong and keeps its length, if it has any.
void flip(nlohmann::ordered_json& hex) {
    std::string text = hex.get<std::string>();
    if (text.size() <= 2) {
        text = "0x01";
    } else {
        text.back() = text.back() == '0' ? '1' : '0';
    }
    hex = std::move(text);
}

std::string with_altered_data(std::string_view log) {
    auto json = nlohmann::ordered_json::parse(log);
    flip(json.at("data"));
    return json.dump();
}

std::string with_altered_topic(std::string_view log, std::uint64_t topic) {
    auto json = nlohmann::ordered_json::parse(log);
    auto& topics = json.at("topics");
    if (!topics.empty()) {
        flip(topics.at(std::min<std::uint64_t>(topic, topics.size() - 1)));
    }
    return json.dump();
}

std::string as_of_block(std::string_view log, const chain::BlockRef& block) {
    auto json = nlohmann::ordered_json::parse(log);
    json["blockNumber"] = chain::to_quantity(block.number.value());
    json["blockHash"] = block.hash.hex();
    return json.dump();
}

}  // namespace

struct Faults::Fault {
    std::string kind;
    std::map<std::string, std::string, std::less<>> values;
    std::uint64_t used = 0;

    [[nodiscard]] std::uint64_t number(std::string_view key, std::uint64_t otherwise) const {
        const auto found = values.find(key);
        if (found == values.end()) {
            return otherwise;
        }
        std::uint64_t number = 0;
        const std::string& text = found->second;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc{} || end != text.data() + text.size()) {
            throw std::runtime_error{"fault " + kind + ": " + std::string{key} + "=" + text +
                                     " is not a number"};
        }
        return number;
    }

    [[nodiscard]] bool is_spent() const {
        return used >= number("times", ~std::uint64_t{0});
    }

    [[nodiscard]] bool is_at(const RecordedBlock& block) const {
        return block.ref.number.value() == number("block", 0);
    }

    [[nodiscard]] bool is_at(const ServedLog& served) const {
        return is_at(*served.log.block) && served.log.index == number("index", 0);
    }

    [[nodiscard]] bool is_due(std::uint64_t request) const {
        return request % std::max<std::uint64_t>(number("every", 1), 1) == 0;
    }

    /// Throws when the value of `key` is of the wrong type.
    void check(const std::string& key) const;
    bool erase(std::vector<ServedLog>& logs) const;
    bool rewrite(std::vector<ServedLog>& logs) const;
    bool move_on(std::vector<ServedLog>& logs,
                 chain::BlockRange range,
                 const recording::NumberedFilter& filter,
                 const ChainView& view) const;
};

namespace {

void check_keys(const Kind& kind, const std::string& key, const std::string& spec) {
    const std::string wanted = "," + key + ",";
    if (key != "times" && kind.keys.find(wanted) == std::string_view::npos) {
        throw std::runtime_error{"fault " + spec + " has the unknown key " + key + "; accepted:\n" +
                                 Faults::kinds()};
    }
}

}  // namespace

Faults::Faults(const std::vector<std::string>& specs) {
    for (const std::string& spec : specs) {
        const std::string name = spec.substr(0, spec.find(':'));
        const auto* kind = std::find_if(
            kKinds.begin(), kKinds.end(), [&](const Kind& each) { return each.name == name; });
        if (kind == kKinds.end()) {
            throw std::runtime_error{"unknown fault " + spec + "; accepted:\n" + kinds()};
        }
        Fault fault{name, {}, 0};
        for (std::size_t at = name.size() + 1; at < spec.size();) {
            const std::size_t end = std::min(spec.find(',', at), spec.size());
            const std::size_t equals = std::min(spec.find('=', at), end);
            const std::string key = spec.substr(at, equals - at);
            check_keys(*kind, key, spec);
            fault.values[key] = equals < end ? spec.substr(equals + 1, end - equals - 1) : "";
            fault.check(key);
            at = end + 1;
        }
        if (kind->keys.starts_with(",block,") && fault.values.count("block") == 0) {
            throw std::runtime_error{"fault " + spec + " needs block=NUMBER"};
        }
        faults_.push_back(std::move(fault));
    }
}

Faults::~Faults() = default;

std::string Faults::kinds() {
    std::string text;
    for (const Kind& kind : kKinds) {
        text += "  " + std::string{kind.name};
        const std::string_view keys = kind.keys.substr(1);
        if (!keys.empty()) {
            text += ":" + std::string{keys.substr(0, keys.size() - 1)};
        }
        text += "  " + std::string{kind.meaning} + "\n";
    }
    return text;
}

Faults::Fault* Faults::find(std::string_view kind) {
    const auto found = std::find_if(faults_.begin(), faults_.end(), [&](const Fault& fault) {
        return fault.kind == kind && !fault.is_spent();
    });
    return found == faults_.end() ? nullptr : &*found;
}

Disturbance Faults::next_disturbance(std::chrono::milliseconds& delay) {
    ++requests_;
    Fault* slow = find("slow");
    if (slow != nullptr && slow->is_due(requests_)) {
        constexpr std::uint64_t kUsualDelay = 1000;
        ++slow->used;
        delay = std::chrono::milliseconds{slow->number("ms", kUsualDelay)};
    }
    for (const auto& [kind, disturbance] : kDisturbances) {
        Fault* fault = find(kind);
        if (fault != nullptr && fault->is_due(requests_)) {
            ++fault->used;
            return disturbance;
        }
    }
    return Disturbance::none;
}

void Faults::Fault::check(const std::string& key) const {
    const std::string& value = values.at(key);
    if (key == "field") {
        if (std::find(kFields.begin(), kFields.end(), value) == kFields.end()) {
            throw std::runtime_error{"fault " + kind + ": " + value + " is no member of a header"};
        }
    } else if (key != "name") {
        static_cast<void>(number(key, 0));
    }
}

bool Faults::Fault::erase(std::vector<ServedLog>& logs) const {
    const auto is_lost = [this](const ServedLog& served) {
        return kind == "drop-block-logs" ? is_at(*served.log.block) : is_at(served);
    };
    return std::erase_if(logs, is_lost) > 0;
}

bool Faults::Fault::rewrite(std::vector<ServedLog>& logs) const {
    const auto found = std::find_if(
        logs.begin(), logs.end(), [this](const ServedLog& served) { return is_at(served); });
    if (found == logs.end()) {
        return false;
    }
    if (kind == "alter-log") {
        found->altered = with_altered_data(found->json());
    } else if (kind == "alter-topic") {
        found->altered = with_altered_topic(found->json(), number("topic", ~std::uint64_t{0}));
    } else {
        logs.insert(found, ServedLog{*found});
    }
    return true;
}

bool Faults::Fault::move_on(std::vector<ServedLog>& logs,
                            chain::BlockRange range,
                            const recording::NumberedFilter& filter,
                            const ChainView& view) const {
    bool changed = erase(logs);
    const chain::BlockNumber from{number("block", 0)};
    const RecordedBlock* home = view.find(from);
    const RecordedBlock* next = view.find(from + 1);
    const auto index = static_cast<std::uint32_t>(number("index", 0));
    if (home == nullptr || next == nullptr || next->ref.number < range.first ||
        next->ref.number > range.last || index >= home->logs.size() ||
        !filter.admits(home->logs[index])) {
        return changed;
    }
    const auto place = std::find_if(logs.begin(), logs.end(), [&](const ServedLog& served) {
        return served.log.block->ref.number >= next->ref.number;
    });
    const VisibleLog log{home, index};
    logs.insert(place, {log, as_of_block(home->slice(log.log().text), next->ref)});
    return true;
}

void Faults::alter_logs(std::vector<ServedLog>& logs,
                        chain::BlockRange range,
                        const recording::NumberedFilter& filter,
                        const ChainView& view) {
    for (Fault& fault : faults_) {
        if (fault.is_spent()) {
            continue;
        }
        bool changed = false;
        if (fault.kind == "drop-log" || fault.kind == "drop-block-logs") {
            changed = fault.erase(logs);
        } else if (fault.kind == "alter-log" || fault.kind == "alter-topic" ||
                   fault.kind == "repeat-log") {
            changed = fault.rewrite(logs);
        } else if (fault.kind == "move-log") {
            changed = fault.move_on(logs, range, filter, view);
        } else if (fault.kind == "empty-logs" && fault.is_due(requests_)) {
            changed = !logs.empty();
            logs.clear();
        } else if (fault.kind == "lag-logs") {
            const chain::BlockNumber known = view.below_head(fault.number("blocks", 1)).ref.number;
            changed = std::erase_if(logs, [&](const ServedLog& served) {
                          return served.log.block->ref.number > known;
                      }) > 0;
        }
        fault.used += changed ? 1U : 0U;
    }
}

Faults::Fault* Faults::find(std::string_view kind, const RecordedBlock& block) {
    const auto found = std::find_if(faults_.begin(), faults_.end(), [&](const Fault& fault) {
        return fault.kind == kind && !fault.is_spent() && fault.is_at(block);
    });
    return found == faults_.end() ? nullptr : &*found;
}

std::string Faults::altered_header(const RecordedBlock& block) {
    Fault* fault = find("bad-header", block);
    if (fault == nullptr) {
        return {};
    }
    const auto field = fault->values.find("field");
    auto json = nlohmann::ordered_json::parse(block.block_json());
    flip(json[field == fault->values.end() ? "stateRoot" : field->second]);
    ++fault->used;
    return json.dump();
}

std::string Faults::altered_receipts(const RecordedBlock& block) {
    Fault* fault = find("bad-receipts", block);
    if (fault == nullptr || block.receipts.empty()) {
        return {};
    }
    auto json = nlohmann::ordered_json::parse(block.receipts_json());
    flip(json.at(0).at("cumulativeGasUsed"));
    ++fault->used;
    return json.dump();
}

bool Faults::refuses_batch() {
    Fault* fault = find("refuse-batch");
    if (fault != nullptr) {
        ++fault->used;
    }
    return fault != nullptr;
}

bool Faults::denies(std::string_view method) {
    for (Fault& fault : faults_) {
        const auto name = fault.values.find("name");
        const bool named =
            fault.kind == "no-method" && name != fault.values.end() && name->second == method;
        const bool receipts = fault.kind == "no-receipts" && method == "eth_getBlockReceipts";
        if ((named || receipts) && !fault.is_spent()) {
            ++fault.used;
            return true;
        }
    }
    return false;
}

std::uint64_t Faults::lag() {
    const Fault* fault = find("lag");
    return fault == nullptr ? 0 : fault->number("blocks", 1);
}

}  // namespace redink::node
