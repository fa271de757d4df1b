#include "indexer/recording/recording.hpp"

#include <filesystem>
#include <map>
#include <stdexcept>

#include <simdjson.h>

#include "indexer/chain/errc.hpp"
#include "indexer/chain/json_fields.hpp"
#include "indexer/recording/gzip_lines.hpp"

namespace redink::recording {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kChainFile = "chain.jsonl.gz";
constexpr std::string_view kCallsFile = "calls.jsonl.gz";

/// Where in the recording we are, for the reader of an error.
std::string at(const std::string& path, const GzipLines& lines) {
    return "recording " + path + ", line " + std::to_string(lines.number()) + ": ";
}

/// The files that a path of the command line stands for.
std::vector<std::string> files_of(const std::string& path) {
    if (!fs::is_directory(path)) {
        return {path};
    }
    const fs::path folder{path};
    const fs::path chain = folder / kChainFile;
    if (!fs::exists(chain)) {
        throw std::runtime_error{"recording " + path + ": the folder has no " +
                                 std::string{kChainFile} + "; name the file itself"};
    }
    std::vector<std::string> files{chain.string()};
    const fs::path calls = folder / kCallsFile;
    if (fs::exists(calls)) {
        files.push_back(calls.string());
    }
    return files;
}

/// The chain id in the meta.json beside a file; empty when there is no such file.
std::optional<std::uint64_t> chain_id_beside(const std::string& file) {
    const std::string path = (fs::path{file}.parent_path() / "meta.json").string();
    if (!fs::exists(path)) {
        return std::nullopt;
    }
    simdjson::dom::parser parser;
    simdjson::dom::element id;
    std::uint64_t number = 0;
    if (parser.load(path)["chainId"].get(id) != simdjson::SUCCESS ||
        !chain::json::read(id, number) || number == 0) {
        throw std::runtime_error{path + " is not JSON with a number \"chainId\"; write one, such " +
                                 "as {\"chainId\": 1}, or name the chain id on the command line"};
    }
    return number;
}

std::uint64_t find_chain_id(const std::vector<std::string>& files) {
    std::optional<std::uint64_t> id;
    for (const std::string& file : files) {
        const std::optional<std::uint64_t> other = chain_id_beside(file);
        if (id && other && *id != *other) {
            throw std::runtime_error{
                "the recordings are of different chains: " + std::to_string(*id) + " and, beside " +
                file + ", " + std::to_string(*other) + "; serve them one by one"};
        }
        id = id ? id : other;
    }
    if (!id) {
        throw std::runtime_error{"no chain id: there is no meta.json beside " + files.front() +
                                 "; write {\"chainId\": N} there, or name the chain id on the "
                                 "command line"};
    }
    return *id;
}

Result<chain::JsonElement> parse_line(BlockReader& reader, const std::string& line) {
    Result<chain::JsonElement> json = reader.parse(line);
    if (json.has_value() && !json->is_object()) {
        return chain::fail(chain::ChainErrc::bad_json, "is not an object");
    }
    return json;
}

/// Branches in the order in which they are reached.
struct Fork {
    std::uint64_t parent = 0;
    std::uint64_t number = 0;

    friend auto operator<=>(const Fork&, const Fork&) = default;
};

bool read_member(chain::JsonElement line, std::string_view name, std::uint64_t& out) {
    simdjson::dom::element member;
    return line[name].get(member) == simdjson::SUCCESS && chain::json::read(member, out);
}

std::string link_problem(const RecordedBlock& parent, const RecordedBlock& block, Check check) {
    const std::string name = "block " + std::to_string(block.ref.number.value());
    if (block.ref.number != parent.ref.number + 1) {
        return name + " follows block " + std::to_string(parent.ref.number.value()) +
               "; a recording holds every block once, in order: record the missing ones, or " +
               "give the files in block order";
    }
    if (check == Check::verified && block.parent_hash != parent.ref.hash) {
        return name + " has the parent " + block.parent_hash.hex() + ", but block " +
               std::to_string(parent.ref.number.value()) + " is " + parent.ref.hash.hex() +
               "; record both from one chain";
    }
    return {};
}

}  // namespace

Recording Recording::load(const std::vector<std::string>& paths, const LoadOptions& options) {
    std::vector<std::string> files;
    for (const std::string& path : paths) {
        const std::vector<std::string> found = files_of(path);
        files.insert(files.end(), found.begin(), found.end());
    }
    if (files.empty()) {
        throw std::runtime_error{"no recording: name a file or a folder"};
    }
    Recording recording;
    BlockReader reader{options.check};
    for (const std::string& file : files) {
        recording.load_file(file, reader, options.check);
    }
    if (recording.blocks_.empty()) {
        throw std::runtime_error{"recording " + files.front() + " has no block; name a file of " +
                                 "lines {\"block\", \"receipts\"} too"};
    }
    recording.chain_id_ = options.chain_id ? *options.chain_id : find_chain_id(files);
    return recording;
}

void Recording::load_file(const std::string& path, BlockReader& reader, Check check) {
    GzipLines lines{path};
    std::string line;
    while (lines.next(line)) {
        if (line.empty()) {
            continue;
        }
        const Result<chain::JsonElement> json = parse_line(reader, line);
        if (json.has_error()) {
            throw std::runtime_error{at(path, lines) + json.error().text +
                                     "; is it a recording, gzip or plain?"};
        }
        if ((*json)["call"].error() == simdjson::SUCCESS) {
            const std::string problem = calls_.add(*json);
            if (!problem.empty()) {
                throw std::runtime_error{at(path, lines) + problem + "; record it again"};
            }
            continue;
        }
        Result<RecordedBlock> block = reader.block(index_);
        if (block.has_error()) {
            throw std::runtime_error{at(path, lines) + block.error().text +
                                     "; record it again, or serve it as it is with --unverified"};
        }
        const std::string problem =
            blocks_.empty() ? std::string{} : link_problem(blocks_.back(), *block, check);
        if (!problem.empty()) {
            throw std::runtime_error{at(path, lines) + problem};
        }
        append(std::move(*block));
    }
}

void Recording::append(RecordedBlock block) {
    const auto place = static_cast<std::uint32_t>(blocks_.size());
    index_.add(place, block);
    by_hash_.emplace(block.ref.hash, place);
    for (std::uint32_t i = 0; i < block.receipts.size(); ++i) {
        by_txn_.emplace(block.receipts[i].txn_hash, Place{place, i});
    }
    blocks_.push_back(std::move(block));
}

void Recording::load_branches(const std::string& path, Check check) {
    BlockReader reader{check};
    GzipLines lines{path};
    std::string line;
    std::map<Fork, Branch> branches;
    while (lines.next(line)) {
        if (line.empty()) {
            continue;
        }
        Fork fork;
        const Result<chain::JsonElement> json = parse_line(reader, line);
        if (json.has_error() || !read_member(*json, "fork", fork.number) ||
            !read_member(*json, "parent", fork.parent)) {
            throw std::runtime_error{
                at(path, lines) +
                (json.has_error() ? json.error().text : "has no numbers \"fork\" and \"parent\"") +
                "; name a file of replaced branches, such as orphans.jsonl.gz"};
        }
        Result<RecordedBlock> block = reader.block(index_);
        if (block.has_error()) {
            throw std::runtime_error{at(path, lines) + block.error().text + "; record it again"};
        }
        Branch& branch = branches[fork];
        branch.parent = chain::BlockNumber{fork.parent};
        const RecordedBlock* parent =
            branch.blocks.empty() ? find(branch.parent) : &branch.blocks.back();
        if (parent == nullptr) {
            throw std::runtime_error{at(path, lines) + "its parent, block " +
                                     std::to_string(fork.parent) + ", is not in the recording; " +
                                     "name the branches of this recording"};
        }
        const std::string problem = link_problem(*parent, *block, check);
        if (!problem.empty()) {
            throw std::runtime_error{at(path, lines) + problem};
        }
        branch.blocks.push_back(std::move(*block));
    }
    for (auto& [fork, branch] : branches) {
        branches_.push_back(std::move(branch));
    }
}

const RecordedBlock* Recording::find(chain::BlockNumber number) const {
    const chain::BlockRange all = range();
    if (number < all.first || number > all.last) {
        return nullptr;
    }
    return &blocks_[number - all.first];
}

const RecordedBlock* Recording::find(const chain::Hash32& hash) const {
    const auto found = by_hash_.find(hash);
    return found == by_hash_.end() ? nullptr : &blocks_[found->second];
}

std::optional<ReceiptPosition> Recording::find_receipt(const chain::Hash32& txn) const {
    const auto found = by_txn_.find(txn);
    if (found == by_txn_.end()) {
        return std::nullopt;
    }
    return ReceiptPosition{&blocks_[found->second.block], found->second.receipt};
}

}  // namespace redink::recording
