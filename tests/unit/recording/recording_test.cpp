#include "indexer/recording/recording.hpp"

#include <doctest/doctest.h>
#include <simdjson.h>

#include "tests/unit/chain/chain_data.hpp"
#include "tests/unit/recording/recording_files.hpp"

namespace redink::recording {
namespace {

using test::contains;
using test::message_of;
using test::ScratchFolder;

const std::string kChains = std::string{REDINK_TEST_DATA} + "/chains/";

/// The first blocks of a recorded chain.
const std::vector<std::string>& some_lines() {
    static const std::vector<std::string> lines = [] {
        std::vector<std::string> all = test::load_lines("chains/aave-v3/chain.jsonl.gz");
        all.resize(130);
        return all;
    }();
    return lines;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

/// What load() says.
std::string load_problem(const std::vector<std::string>& paths, const LoadOptions& options = {}) {
    return message_of([&] { static_cast<void>(Recording::load(paths, options)); });
}

/// What load() says about these lines beside a chain id.
std::string problem_of(const std::vector<std::string>& lines) {
    const ScratchFolder folder;
    folder.write("meta.json", R"({"chainId": 5})");
    const std::string path = folder.write_gzip("chain.jsonl.gz", lines);
    const std::string message = load_problem({path});
    if (!message.empty()) {
        CHECK(contains(message, path));
    }
    return message;
}

TEST_CASE("every block, receipt and log of the recorded chains is found with its own text") {
    for (const std::string name : {"aave-v3", "aave-v30"}) {
        CAPTURE(name);
        const Recording recording = Recording::load({kChains + name});
        const auto lines = test::load_lines("chains/" + name + "/chain.jsonl.gz");
        REQUIRE(recording.blocks().size() == lines.size());
        CHECK(recording.chain_id() == 31337);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const test::Document line{lines[i]};
            const RecordedBlock& block = recording.blocks()[i];
            REQUIRE(recording.find(chain::BlockNumber{i}) == &block);
            REQUIRE(recording.find(block.ref.hash) == &block);
            REQUIRE(block.block_json() == simdjson::minify(line["block"]));
            REQUIRE(block.receipts_json() == simdjson::minify(line["receipts"]));
            std::size_t receipts = 0;
            std::size_t logs = 0;
            for (const auto receipt : line["receipts"]) {
                const auto found = recording.find_receipt(block.receipts[receipts].txn_hash);
                REQUIRE(found);
                REQUIRE(found->block == &block);
                REQUIRE(found->receipt == receipts);
                REQUIRE(block.slice(block.receipts[receipts].text) == simdjson::minify(receipt));
                ++receipts;
                for (const auto log : receipt["logs"]) {
                    REQUIRE(block.slice(block.logs[logs].text) == simdjson::minify(log));
                    ++logs;
                }
            }
            REQUIRE(receipts == block.receipts.size());
            REQUIRE(logs == block.logs.size());
        }
    }
}

TEST_CASE("what is not in a recording is not found") {
    const Recording recording = Recording::load({kChains + "aave-v3"});
    CHECK(recording.find(chain::BlockNumber{719}) == nullptr);
    CHECK(recording.find(chain::Hash32{}) == nullptr);
    CHECK_FALSE(recording.find_receipt(chain::Hash32{}));
}

TEST_CASE("blocks with white space between the members are cut well") {
    const ScratchFolder folder;
    folder.write("meta.json", R"({"chainId": "0x5"})");
    std::string line = some_lines()[120];
    for (const std::string sign : {",", ":", "[", "{", "}", "]"}) {
        for (std::size_t at = 0; (at = line.find(sign, at)) != std::string::npos; at += 3) {
            line.replace(at, 1, " " + sign + " ");
        }
    }
    const Recording recording = Recording::load({folder.write("chain.jsonl", line)});
    CHECK(recording.chain_id() == 5);
    const RecordedBlock& block = recording.blocks().front();
    const test::Document whole{line};
    REQUIRE_FALSE(block.logs.empty());
    std::size_t logs = 0;
    for (const auto receipt : whole["receipts"]) {
        for (const auto log : receipt["logs"]) {
            const std::string text{block.slice(block.logs[logs++].text)};
            CHECK(text.front() == '{');
            CHECK(text.back() == '}');
            CHECK(simdjson::minify(test::Document{text}.root()) == simdjson::minify(log));
        }
    }
}

TEST_CASE("blocks and calls may be mixed in one file, and files follow each other") {
    const ScratchFolder folder;
    folder.write("meta.json", R"({"chainId": 5})");
    const std::string call =
        R"({"call":{"to":"0x00000000000000000000000000000000000000aa","data":"0x01"},)"
        R"("block":1,"result":"0x02"})";
    const std::string first =
        folder.write_gzip("a.gz", {some_lines()[0], call, "", some_lines()[1]});
    const std::string second = folder.write_gzip("b.gz", {some_lines()[2]});
    const Recording recording = Recording::load({first, second});
    CHECK(recording.blocks().size() == 3);
    CHECK(recording.calls().size() == 1);
    CHECK(contains(load_problem({second, first}), "in block order"));
}

TEST_CASE("a recording may start above block zero") {
    const ScratchFolder folder;
    folder.write("meta.json", R"({"chainId": 5})");
    const std::string path = folder.write_gzip("a.gz", {some_lines()[100], some_lines()[101]});
    const Recording recording = Recording::load({path});
    CHECK(recording.range().first == chain::BlockNumber{100});
    CHECK(recording.find(chain::BlockNumber{101}) == &recording.blocks()[1]);
    CHECK(recording.find(chain::BlockNumber{99}) == nullptr);
}

TEST_CASE("a missing block and a wrong order are told with file, line and remedy") {
    const auto& lines = some_lines();
    const std::string gap = problem_of({lines[0], lines[1], lines[3]});
    CHECK(contains(gap, "line 3: block 3 follows block 1"));
    CHECK(contains(gap, "record the missing ones"));
    CHECK(contains(problem_of({lines[1], lines[0]}), "line 2: block 0 follows block 1"));
    CHECK(contains(problem_of({lines[1], lines[1]}), "block 1 follows block 1"));
}

TEST_CASE("an altered header, receipt or log is refused unless the check is off") {
    const std::string& line = some_lines()[120];
    const std::string header = replaced(line, R"("gasUsed":"0x)", R"("gasUsed":"0x1)");
    const std::string log = replaced(line, R"("data":"0x0)", R"("data":"0x1)");
    CHECK(contains(problem_of({header}), "line 1: header of block 120"));
    CHECK(contains(problem_of({log}), "receipts of block 120"));
    CHECK(contains(problem_of({log}), "--unverified"));
    CHECK(problem_of({line}).empty());

    const ScratchFolder folder;
    const std::string path = folder.write_gzip("a.gz", {header});
    CHECK(Recording::load({path}, {Check::unverified, 5}).blocks().size() == 1);
}

TEST_CASE("a block that does not name its parent is refused") {
    const ScratchFolder folder;
    const auto other = test::load_lines("chains/aave-v30/chain.jsonl.gz");
    const std::string path = folder.write_gzip("a.gz", {some_lines()[100], other[101]});
    const std::string message = load_problem({path}, {Check::verified, 5});
    CHECK(contains(message, "line 2: block 101 has the parent"));
    CHECK(Recording::load({path}, {Check::unverified, 5}).blocks().size() == 2);
}

TEST_CASE("lines that are no part of a recording are told with their number") {
    CHECK(contains(problem_of({some_lines()[0], "{broken"}), "line 2: is not JSON"));
    CHECK(contains(problem_of({"[1]"}), "line 1: is not an object"));
    CHECK(contains(problem_of({"{}"}), "line 1: has no \"block\" with its \"receipts\""));
    CHECK(contains(problem_of({R"({"block":{},"receipts":[]})"}), "line 1: header"));
    CHECK(contains(problem_of({R"({"call":{"to":"0x1"}})"}), "line 1: \"call\" has no address"));
    CHECK(contains(problem_of({}), "has no block"));
}

TEST_CASE("a recording without a chain id, or with two, is refused") {
    const ScratchFolder folder;
    const std::string path = folder.write_gzip("chain.jsonl.gz", {some_lines()[0]});
    CHECK(contains(load_problem({path}), "there is no meta.json beside"));
    CHECK(Recording::load({path}, {Check::verified, 9}).chain_id() == 9);
    folder.write("meta.json", R"({"chainId": "x"})");
    CHECK(contains(load_problem({path}), "number \"chainId\""));
    folder.write("meta.json", "not JSON");
    CHECK(contains(load_problem({path}), "is not JSON"));
    folder.write("meta.json", R"({"chainId": 1})");
    CHECK(contains(load_problem({path, kChains + "aave-v3"}), "follows block 0"));
    const ScratchFolder calls;
    calls.write("meta.json", R"({"chainId": 2})");
    const std::string other =
        calls.write("calls.jsonl",
                    R"({"call":{"to":"0x00000000000000000000000000000000000000aa","data":"0x"},)"
                    R"("block":0,"result":"0x"})");
    CHECK(contains(load_problem({path, other}), "different chains"));
}

TEST_CASE("a folder without a chain, and no path at all, are refused") {
    const ScratchFolder folder;
    CHECK(contains(load_problem({folder.path()}), "the folder has no chain.jsonl.gz"));
    CHECK(contains(load_problem({}), "name a file or a folder"));
}

TEST_CASE("branches are complete, link to their parents and come in order") {
    for (const std::string name : {"aave-v3", "aave-v30"}) {
        Recording recording = Recording::load({kChains + name});
        recording.load_branches(kChains + name + "/orphans.jsonl.gz");
        CHECK(recording.branches().size() == 6);
        chain::BlockNumber before{0};
        for (const Branch& branch : recording.branches()) {
            CHECK(branch.parent > before);
            before = branch.parent;
            chain::Hash32 parent = recording.find(branch.parent)->ref.hash;
            for (const RecordedBlock& block : branch.blocks) {
                CHECK(block.parent_hash == parent);
                CHECK(recording.find(block.ref.hash) == nullptr);
                parent = block.ref.hash;
            }
        }
    }
}

TEST_CASE("branches of another chain, and lines that are no branch, are refused") {
    Recording recording = Recording::load({kChains + "aave-v3"});
    CHECK(contains(
        message_of([&] { recording.load_branches(kChains + "aave-v30/orphans.jsonl.gz"); }),
        "line 1: block 150 has the parent"));
    CHECK(contains(message_of([&] { recording.load_branches(kChains + "aave-v3/calls.jsonl.gz"); }),
                   "line 1: has no numbers \"fork\" and \"parent\""));
    CHECK(recording.branches().empty());
}

}  // namespace
}  // namespace redink::recording
