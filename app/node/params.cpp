#include "app/node/params.hpp"

#include "indexer/chain/json_fields.hpp"

namespace redink::node {
namespace {

using chain::JsonElement;

constexpr std::size_t kMaxFilterWords = 1000;  // as geth: more is a mistake or an attack

RpcError invalid(std::size_t index, const std::string& why) {
    return invalid_params("invalid argument " + std::to_string(index) + ": " + why);
}

RpcError missing(std::size_t index) {
    return invalid_params("missing value for required argument " + std::to_string(index));
}

Answer<chain::BlockNumber> read_block_number(std::string_view text) {
    const Result<std::uint64_t> number = chain::parse_quantity(text);
    if (number.has_error() || text.size() < 3) {
        return invalid_params(
            "a block is a 0x quantity, or earliest, finalized, safe, latest or "
            "pending");
    }
    if (text[2] == '0' && text.size() > 3) {
        return invalid_params("hex number with leading zero digits");
    }
    return chain::BlockNumber{*number};
}

Answer<BlockSelector> read_selector_text(std::string_view text) {
    if (text == "latest" || text == "pending") {
        return BlockTag::latest;
    }
    if (text == "earliest") {
        return BlockTag::earliest;
    }
    if (text == "safe") {
        return BlockTag::safe;
    }
    if (text == "finalized") {
        return BlockTag::finalized;
    }
    if (const auto hash = chain::Hash32::parse(text)) {
        return *hash;
    }
    const Answer<chain::BlockNumber> number = read_block_number(text);
    if (number.has_error()) {
        return number.error();
    }
    return *number;
}

/// EIP-1898: exactly one of blockNumber and blockHash; requireCanonical changes nothing here.
Answer<BlockSelector> read_selector_object(const simdjson::dom::object& object) {
    std::string_view number;
    std::string_view hash;
    const bool has_number = object["blockNumber"].get(number) == simdjson::SUCCESS;
    const bool has_hash = object["blockHash"].get(hash) == simdjson::SUCCESS;
    if (has_number == has_hash) {
        return invalid_params("a block object has either \"blockNumber\" or \"blockHash\"");
    }
    if (has_number) {
        return read_selector_text(number);
    }
    const auto parsed = chain::Hash32::parse(hash);
    if (!parsed) {
        return invalid_params("\"blockHash\" is not 0x and 64 hexadecimal digits");
    }
    return *parsed;
}

Answer<BlockSelector> read_selector(const JsonElement& json) {
    std::string_view text;
    if (json.get(text) == simdjson::SUCCESS) {
        return read_selector_text(text);
    }
    simdjson::dom::object object;
    if (json.get(object) == simdjson::SUCCESS) {
        return read_selector_object(object);
    }
    return invalid_params("a block is a string or an object, not another type");
}

/// One word, or a list of words that may be empty. Null is an empty list.
template <class Word>
Answer<std::vector<Word>> read_words(const JsonElement& json, const std::string& what) {
    std::vector<Word> words;
    simdjson::dom::array array;
    if (json.is_null()) {
        return words;
    }
    if (json.get(array) != simdjson::SUCCESS) {
        words.emplace_back();
        if (!chain::json::read(json, words.back())) {
            return invalid_params(what + " is not 0x and " + std::to_string(2 * Word::kSize) +
                                  " hexadecimal digits");
        }
        return words;
    }
    for (const JsonElement element : array) {
        if (element.is_null()) {
            return std::vector<Word>{};  // admits everything at that position, as in geth
        }
        words.emplace_back();
        if (words.size() > kMaxFilterWords) {
            return invalid_params("more than " + std::to_string(kMaxFilterWords) + " of " + what);
        }
        if (!chain::json::read(element, words.back())) {
            return invalid_params(what + " is not 0x and " + std::to_string(2 * Word::kSize) +
                                  " hexadecimal digits");
        }
    }
    return words;
}

Answer<void> read_topics(const JsonElement& json, recording::LogFilter& filter) {
    simdjson::dom::array array;
    if (json.is_null()) {
        return {};
    }
    if (json.get(array) != simdjson::SUCCESS) {
        return invalid_params("\"topics\" is not an array");
    }
    std::size_t position = 0;
    for (const JsonElement element : array) {
        if (position == filter.topics.size()) {
            return invalid_params("\"topics\" has more than four positions");
        }
        Answer<std::vector<chain::Hash32>> words = read_words<chain::Hash32>(element, "a topic");
        if (words.has_error()) {
            return words.error();
        }
        filter.topics[position++] = std::move(*words);
    }
    return {};
}

Answer<void> read_end(const JsonElement& json, BlockSelector& end, std::string_view name) {
    if (json.is_null()) {
        return {};
    }
    std::string_view text;
    if (json.get(text) != simdjson::SUCCESS) {
        return invalid_params('"' + std::string{name} + "\" is not a string");
    }
    const Answer<BlockSelector> selector = read_selector_text(text);
    if (selector.has_error()) {
        return selector.error();
    }
    if (std::holds_alternative<chain::Hash32>(*selector)) {
        return invalid_params('"' + std::string{name} + "\" is a hash; use \"blockHash\"");
    }
    end = *selector;
    return {};
}

Answer<void> read_block_hash(const JsonElement& json, LogQuery& query) {
    chain::Hash32 hash;
    if (!chain::json::read(json, hash)) {
        return invalid_params("\"blockHash\" is not 0x and 64 hexadecimal digits");
    }
    query.from = hash;
    query.to = hash;
    return {};
}

Answer<void> read_filter_member(std::string_view name, const JsonElement& json, LogQuery& query) {
    if (name == "fromBlock") {
        return read_end(json, query.from, name);
    }
    if (name == "toBlock") {
        return read_end(json, query.to, name);
    }
    if (name == "topics") {
        return read_topics(json, query.filter);
    }
    if (name == "address") {
        Answer<std::vector<chain::Address>> words = read_words<chain::Address>(json, "an address");
        if (words.has_error()) {
            return words.error();
        }
        query.filter.addresses = std::move(*words);
    }
    return {};
}

}  // namespace

Answer<Params> Params::of(const JsonElement& request) {
    Params params;
    simdjson::dom::element json;
    if (request["params"].get(json) != simdjson::SUCCESS || json.is_null()) {
        return params;
    }
    simdjson::dom::array array;
    if (json.get(array) != simdjson::SUCCESS) {
        return invalid_params("non-array args");
    }
    for (const JsonElement element : array) {
        params.values_.push_back(element);
    }
    return params;
}

Answer<void> Params::expect_at_most(std::size_t most) const {
    if (values_.size() > most) {
        return invalid_params("too many arguments, want at most " + std::to_string(most));
    }
    return {};
}

Answer<BlockSelector> Params::block(std::size_t index) const {
    if (index >= values_.size()) {
        return missing(index);
    }
    Answer<BlockSelector> selector = read_selector(values_[index]);
    if (selector.has_error()) {
        return invalid(index, selector.error().message);
    }
    return selector;
}

Answer<BlockSelector> Params::block_or_latest(std::size_t index) const {
    if (index >= values_.size() || values_[index].is_null()) {
        return BlockTag::latest;
    }
    return block(index);
}

Answer<chain::Hash32> Params::hash(std::size_t index) const {
    chain::Hash32 hash;
    if (index >= values_.size()) {
        return missing(index);
    }
    if (!chain::json::read(values_[index], hash)) {
        return invalid(index, "a hash is 0x and 64 hexadecimal digits");
    }
    return hash;
}

Answer<bool> Params::flag(std::size_t index) const {
    bool flag = false;
    if (index >= values_.size()) {
        return missing(index);
    }
    if (values_[index].get(flag) != simdjson::SUCCESS) {
        return invalid(index, "not true or false");
    }
    return flag;
}

Answer<LogQuery> Params::log_query(std::size_t index) const {
    simdjson::dom::object object;
    if (index >= values_.size()) {
        return missing(index);
    }
    if (values_[index].get(object) != simdjson::SUCCESS) {
        return invalid(index, "a filter is an object");
    }
    LogQuery query;
    simdjson::dom::element hash;
    const bool by_hash = object["blockHash"].get(hash) == simdjson::SUCCESS && !hash.is_null();
    for (const auto [name, value] : object) {
        const bool is_end = name == "fromBlock" || name == "toBlock";
        if (by_hash && is_end && !value.is_null()) {
            return invalid(index,
                           "cannot specify both BlockHash and FromBlock/ToBlock, choose one or "
                           "the other");
        }
        const Answer<void> read = read_filter_member(name, value, query);
        if (read.has_error()) {
            return invalid(index, read.error().message);
        }
    }
    if (by_hash) {
        const Answer<void> read = read_block_hash(hash, query);
        if (read.has_error()) {
            return invalid(index, read.error().message);
        }
    }
    return query;
}

Answer<LogQuery> Params::log_query_or_all(std::size_t index) const {
    if (index >= values_.size() || values_[index].is_null()) {
        return LogQuery{};
    }
    return log_query(index);
}

Answer<std::string_view> Params::text(std::size_t index) const {
    std::string_view text;
    if (index >= values_.size()) {
        return missing(index);
    }
    if (values_[index].get(text) != simdjson::SUCCESS) {
        return invalid(index, "not a string");
    }
    return text;
}

Answer<CallQuery> Params::call(std::size_t index) const {
    simdjson::dom::object object;
    if (index >= values_.size()) {
        return missing(index);
    }
    if (values_[index].get(object) != simdjson::SUCCESS) {
        return invalid(index, "a call is an object");
    }
    CallQuery query;
    simdjson::dom::element json;
    if (object["to"].get(json) != simdjson::SUCCESS || !chain::json::read(json, query.to)) {
        return invalid(index, "\"to\" is not an address");
    }
    for (const char* name : {"data", "input"}) {
        if (object[name].get(json) == simdjson::SUCCESS && !chain::json::read(json, query.data)) {
            return invalid(index, std::string{'"'} + name + "\" is not hexadecimal");
        }
    }
    return query;
}

Answer<std::uint64_t> Params::number(std::size_t index, std::uint64_t otherwise) const {
    if (index >= values_.size()) {
        return otherwise;
    }
    std::uint64_t number = 0;
    if (!chain::json::read(values_[index], number)) {
        return invalid(index, "not a number");
    }
    return number;
}

}  // namespace redink::node
