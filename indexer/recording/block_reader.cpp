#include "indexer/recording/block_reader.hpp"

#include <limits>

#include <simdjson.h>

#include "indexer/chain/errc.hpp"
#include "indexer/chain/header.hpp"
#include "indexer/chain/receipt.hpp"

namespace redink::recording {
namespace {

namespace ondemand = simdjson::ondemand;

Error broken(std::string text) {
    return chain::fail(chain::ChainErrc::bad_json, std::move(text));
}

Slice trimmed(std::string_view text, std::string_view piece) {
    while (!piece.empty() && std::isspace(static_cast<unsigned char>(piece.back())) != 0) {
        piece.remove_suffix(1);
    }
    return {static_cast<std::uint32_t>(piece.data() - text.data()),
            static_cast<std::uint32_t>(piece.size())};
}

/// Where the parts of a line are. The line has been parsed as JSON before, so that only its shape
/// can surprise; simdjson throws then.
struct Places {
    Slice block;
    Slice all_receipts;
    std::vector<Slice> receipts;
    std::vector<Slice> logs;
};

void find_logs(std::string_view text, ondemand::object receipt, Places& places) {
    for (ondemand::field field : receipt) {
        if (field.key() != "logs") {
            continue;
        }
        for (ondemand::value log : field.value().get_array()) {
            ondemand::object object = log.get_object();
            places.logs.push_back(trimmed(text, object.raw_json()));
        }
    }
}

Places find_places(ondemand::parser& parser, const std::string& text) {
    Places places;
    ondemand::document line = parser.iterate(text.data(), text.size(), text.capacity());
    for (ondemand::field field : line.get_object()) {
        const ondemand::raw_json_string key = field.key();
        if (key == "block") {
            ondemand::object block = field.value().get_object();
            places.block = trimmed(text, block.raw_json());
        } else if (key == "receipts") {
            ondemand::array receipts = field.value().get_array();
            places.all_receipts = trimmed(text, receipts.raw_json());
            receipts.reset();
            for (ondemand::value element : receipts) {
                ondemand::object receipt = element.get_object();
                places.receipts.push_back(trimmed(text, receipt.raw_json()));
                receipt.reset();
                find_logs(text, receipt, places);
            }
        }
    }
    return places;
}

Result<void> check_block(const std::vector<chain::Receipt>& receipts,
                         const chain::Header& header,
                         Check check) {
    if (check == Check::unverified) {
        return {};
    }
    return chain::verify_receipts(receipts, header);
}

/// The numbered form of receipts whose texts are at `places`.
Result<RecordedBlock> assemble(const chain::Header& header,
                               const std::vector<chain::Receipt>& receipts,
                               const Places& places,
                               LogIndex& index) {
    if (places.block.size == 0 || places.all_receipts.size == 0) {
        return broken("has members with unusual names");
    }
    RecordedBlock block;
    block.ref = header.ref();
    block.parent_hash = header.parent_hash;
    block.block = places.block;
    block.all_receipts = places.all_receipts;
    block.logs.reserve(places.logs.size());
    for (const chain::Receipt& receipt : receipts) {
        if (block.receipts.size() >= places.receipts.size() ||
            block.logs.size() + receipt.logs.size() > places.logs.size()) {
            return broken("a member of a receipt is there twice");
        }
        block.receipts.push_back({receipt.txn_hash, places.receipts[block.receipts.size()]});
        for (const chain::Log& log : receipt.logs) {
            block.logs.push_back(index.number(log, places.logs[block.logs.size()]));
        }
    }
    return block;
}

}  // namespace

struct BlockReader::Parsers {
    simdjson::dom::parser dom;
    ondemand::parser slices;
    std::string text;
    chain::JsonElement root;
};

BlockReader::BlockReader(Check check) : parsers_{std::make_unique<Parsers>()}, check_{check} {
}

BlockReader::~BlockReader() = default;

Result<chain::JsonElement> BlockReader::parse(const std::string& line) {
    if (line.size() > std::numeric_limits<std::uint32_t>::max()) {
        return broken("is longer than 4 GiB");
    }
    std::string& text = parsers_->text;
    text = std::string{};
    text.reserve(line.size() + simdjson::SIMDJSON_PADDING);
    text = line;
    const auto error = parsers_->dom.parse(text.data(), text.size(), false).get(parsers_->root);
    if (error != simdjson::SUCCESS) {
        return broken(std::string{"is not JSON ("} + simdjson::error_message(error) + ")");
    }
    return parsers_->root;
}

Result<RecordedBlock> BlockReader::block(LogIndex& index) {
    simdjson::dom::element block_json;
    simdjson::dom::element receipts_json;
    if (parsers_->root["block"].get(block_json) != simdjson::SUCCESS ||
        parsers_->root["receipts"].get(receipts_json) != simdjson::SUCCESS) {
        return broken("has no \"block\" with its \"receipts\"");
    }
    const Result<chain::Header> header = check_ == Check::verified
                                             ? chain::parse_verified_header(block_json)
                                             : chain::parse_header(block_json);
    if (header.has_error()) {
        return header.error();
    }
    const Result<std::vector<chain::Receipt>> receipts = chain::parse_receipts(receipts_json);
    if (receipts.has_error()) {
        return receipts.error();
    }
    const Result<void> checked = check_block(*receipts, *header, check_);
    if (checked.has_error()) {
        return checked.error();
    }
    try {
        const Places places = find_places(parsers_->slices, parsers_->text);
        Result<RecordedBlock> block = assemble(*header, *receipts, places, index);
        if (block.has_value()) {
            block->text = std::move(parsers_->text);
        }
        return block;
    } catch (const simdjson::simdjson_error& error) {
        return broken(std::string{"cannot be cut into its logs ("} + error.what() + ")");
    }
}

}  // namespace redink::recording
