#include "indexer/recording/recorded_calls.hpp"

#include <doctest/doctest.h>
#include <simdjson.h>

#include "tests/unit/chain/chain_data.hpp"

namespace redink::recording {
namespace {

const std::string kTo = "0x00000000000000000000000000000000000000aA";

std::string line_of(const std::string& block, const std::string& rest) {
    return R"({"call":{"to":")" + kTo + R"(","data":"0xAb"},"block":)" + block + "," + rest + "}";
}

std::string add(RecordedCalls& calls, const std::string& line) {
    return calls.add(test::Document{line}.root());
}

Call call_at(std::uint64_t block) {
    return {chain::BlockNumber{block}, *chain::Address::parse(kTo), {0xab}};
}

TEST_CASE("a result is found for its block, contract and data only") {
    RecordedCalls calls;
    CHECK(add(calls, line_of("7", R"("result":"0x01")")).empty());
    REQUIRE(calls.find(call_at(7)) != nullptr);
    CHECK(calls.find(call_at(7))->json == "\"0x01\"");
    CHECK_FALSE(calls.find(call_at(7))->failed);
    CHECK(calls.find(call_at(8)) == nullptr);
    Call other = call_at(7);
    other.data = {0xab, 0x00};
    CHECK(calls.find(other) == nullptr);
    other = call_at(7);
    other.to = chain::Address{};
    CHECK(calls.find(other) == nullptr);
}

TEST_CASE("a recorded revert keeps its error object") {
    RecordedCalls calls;
    CHECK(add(calls, line_of("\"0x7\"", R"("error":{"code":3,"data":"0x08"})")).empty());
    REQUIRE(calls.find(call_at(7)) != nullptr);
    CHECK(calls.find(call_at(7))->failed);
    CHECK(calls.find(call_at(7))->json == R"({"code":3,"data":"0x08"})");
}

TEST_CASE("a line that lacks something says what") {
    RecordedCalls calls;
    CHECK(add(calls, R"({"call":{"data":"0x"},"block":1,"result":"0x"})") ==
          "\"call\" has no address \"to\"");
    CHECK(add(calls, R"({"call":{"to":")" + kTo + R"("},"block":1,"result":"0x"})") ==
          "\"call\" has no hexadecimal \"data\"");
    CHECK(add(calls, line_of("null", R"("result":"0x")")) == "a call has no number \"block\"");
    CHECK(add(calls, line_of("1", R"("x":1)")) == "a call has neither \"result\" nor \"error\"");
    CHECK(calls.size() == 0);
}

}  // namespace
}  // namespace redink::recording
