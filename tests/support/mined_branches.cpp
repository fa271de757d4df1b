#include "tests/support/mined_branches.hpp"

#include <fstream>

#include <nlohmann/json.hpp>
#include <simdjson.h>

#include "indexer/chain/header.hpp"
#include "indexer/recording/gzip_lines.hpp"

namespace redink::test {
namespace {

using nlohmann::json;

// The root of a trie without entries.
constexpr const char* kEmptyRoot =
    "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421";

std::string hash_of(const json& block) {
    simdjson::dom::parser parser;
    const std::string text = block.dump();
    const auto header = chain::parse_header(parser.parse(text).value());
    return chain::header_hash(header.value()).hex();
}

std::string quantity(std::uint64_t value) {
    return chain::to_quantity(value);
}

std::vector<json> load_lines(const std::string& recording) {
    recording::GzipLines lines{recording + "/chain.jsonl.gz"};
    std::vector<json> all;
    for (std::string line; lines.next(line);) {
        all.push_back(json::parse(line));
    }
    return all;
}

// The same transactions in a block of another hash.
json remined(json line, const std::string& parent_hash, const std::string& tag) {
    json& block = line["block"];
    block["parentHash"] = parent_hash;
    block["extraData"] = tag;
    block["hash"] = hash_of(block);
    for (json& receipt : line["receipts"]) {
        receipt["blockHash"] = block["hash"];
        for (json& log : receipt["logs"]) {
            log["blockHash"] = block["hash"];
        }
    }
    return line;
}

}  // namespace

std::string write_branches(const std::string& recording,
                           const std::vector<BranchPlan>& plans,
                           const TemporaryFolder& folder) {
    const std::vector<json> canonical = load_lines(recording);
    const auto first =
        std::stoull(canonical.front()["block"]["number"].get<std::string>(), nullptr, 16);
    const std::string path = folder.path() / "branches.jsonl";
    std::ofstream out{path};
    for (std::size_t fork = 0; fork < plans.size(); ++fork) {
        const BranchPlan& plan = plans[fork];
        std::string parent = canonical.at(plan.parent - first)["block"]["hash"];
        for (std::uint64_t i = 1; i <= plan.blocks; ++i) {
            const std::string tag =
                "0xb0" + std::string(fork < 16 ? "0" : "") + chain::to_quantity(fork).substr(2);
            json line = remined(canonical.at(plan.parent - first + i), parent, tag);
            parent = line["block"]["hash"];
            line["fork"] = fork;
            line["parent"] = plan.parent;
            out << line.dump() << "\n";
        }
    }
    return path;
}

std::string write_longer_recording(const std::string& recording,
                                   std::uint64_t blocks,
                                   const TemporaryFolder& folder) {
    namespace fs = std::filesystem;
    const fs::path path = folder.path() / "longer";
    fs::create_directory(path);
    fs::copy_file(recording + "/meta.json", path / "meta.json");
    std::ofstream out{path / "chain.jsonl.gz"};
    std::vector<json> all = load_lines(recording);
    for (const json& line : all) {
        out << line.dump() << "\n";
    }
    json block = all.back()["block"];
    auto number = std::stoull(block["number"].get<std::string>(), nullptr, 16);
    auto timestamp = std::stoull(block["timestamp"].get<std::string>(), nullptr, 16);
    constexpr std::uint64_t kSlotSeconds = 12;
    block["transactions"] = json::array();
    block["transactionsRoot"] = kEmptyRoot;
    block["receiptsRoot"] = kEmptyRoot;
    block["gasUsed"] = "0x0";
    block["logsBloom"] = "0x" + std::string(512, '0');
    for (std::uint64_t i = 0; i < blocks; ++i) {
        block["parentHash"] = block["hash"];
        block["number"] = quantity(++number);
        block["timestamp"] = quantity(timestamp += kSlotSeconds);
        block["hash"] = hash_of(block);
        out << json{{"block", block}, {"receipts", json::array()}}.dump() << "\n";
    }
    return path;
}

}  // namespace redink::test
