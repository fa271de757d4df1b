#include "indexer/recording/block_reader.hpp"

#include <doctest/doctest.h>

#include "tests/unit/chain/chain_data.hpp"

namespace redink::recording {
namespace {

TEST_CASE("real blocks of public chains are read and verified") {
    for (const char* name : {"ethereum-18000000", "ethereum-1000000", "polygon-50000000"}) {
        CAPTURE(name);
        LogIndex index;
        BlockReader reader{Check::verified};
        const auto lines = test::load_lines("blocks/" + std::string{name} + ".jsonl.gz");
        REQUIRE(reader.parse(lines.front()).has_value());
        const Result<RecordedBlock> block = reader.block(index);
        CHECK_MESSAGE(block.has_value(), (block.has_error() ? block.error().text : ""));
    }
}

TEST_CASE("a line without receipts is no block") {
    LogIndex index;
    BlockReader reader{Check::verified};
    REQUIRE(reader.parse(R"({"block":{}})").has_value());
    CHECK(reader.block(index).has_error());
}

TEST_CASE("names of members that are written with escapes are refused, not misread") {
    LogIndex index;
    BlockReader reader{Check::unverified};
    std::string line = test::load_lines("chains/aave-v3/chain.jsonl.gz").front();
    line.replace(line.find("\"receipts\""), 10, "\"receipt\\u0073\"");
    REQUIRE(reader.parse(line).has_value());
    CHECK(reader.block(index).has_error());
}

TEST_CASE("a reader can go on after a line that is not JSON") {
    LogIndex index;
    BlockReader reader{Check::verified};
    const auto lines = test::load_lines("chains/aave-v3/chain.jsonl.gz");
    CHECK(reader.parse("{").has_error());
    CHECK(reader.parse("").has_error());
    REQUIRE(reader.parse(lines[0]).has_value());
    CHECK(reader.block(index).has_value());
}

}  // namespace
}  // namespace redink::recording
