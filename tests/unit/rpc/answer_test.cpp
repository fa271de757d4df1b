#include "indexer/rpc/answer.hpp"

#include <doctest/doctest.h>

namespace redink::rpc {
namespace {

CallResult<Answer> parsed(std::string text) {
    DocumentParser parser;
    const auto document = parser.parse(text);
    if (!document) {
        return document.error();
    }
    return Answer{*document, (*document)->root()};
}

}  // namespace

TEST_CASE("an answer outlives the parser and the bytes it came from") {
    const auto answer = parsed(R"({"blockHash":"0xabc"})");
    REQUIRE(answer.has_value());
    const Answer copy = *answer;
    CHECK(std::string_view{copy.result()["blockHash"]} == "0xabc");
}

TEST_CASE("damaged JSON is an error and never a crash") {
    std::string deep;
    for (std::size_t i = 0; i < 100'000; ++i) {
        deep += '[';
    }
    const std::string nested = std::string(kMaxDepth + 1, '[') + std::string(kMaxDepth + 1, ']');
    const std::string texts[] = {"",
                                 " ",
                                 "{",
                                 R"({"a":)",
                                 R"({"a":"b)",
                                 "{\"a\":\"\xff\xfe\"}",
                                 "{\"a\":\"\xc3\"}",
                                 R"("\ud800")",
                                 "[1,2",
                                 "[1e99999]",
                                 "nul",
                                 "<html>",
                                 "{} {}",
                                 std::string{"\0", 1},
                                 deep,
                                 nested};
    for (const std::string& text : texts) {
        CAPTURE(text.substr(0, 40));
        const auto answer = parsed(text);
        REQUIRE(answer.has_error());
        CHECK(answer.error().is(RpcErrc::bad_json));
    }
}

TEST_CASE("a parser goes on after an error and after a large answer") {
    DocumentParser parser;
    std::string broken = "{";
    CHECK(parser.parse(broken).has_error());
    std::string large = "[";
    while (large.size() < 40U * 1024 * 1024) {
        large += std::string(100'000, ' ');
    }
    large += "1]";
    CHECK(parser.parse(large).has_value());
    std::string nested = std::string(kMaxDepth + 1, '[') + std::string(kMaxDepth + 1, ']');
    CHECK(parser.parse(nested).has_error());
    std::string fine = "[1]";
    CHECK(parser.parse(fine).has_value());
}

TEST_CASE("a quantity is read from hexadecimal text and from nothing else") {
    CHECK(to_quantity(*parsed(R"("0x10")")).value() == 16);
    for (const char* text : {"16",
                             "null",
                             R"("16")",
                             R"("0xzz")",
                             R"("0x10000000000000000")",
                             R"(["0x1"])",
                             "{}",
                             "true"}) {
        CAPTURE(text);
        const auto value = to_quantity(*parsed(text));
        REQUIRE(value.has_error());
        CHECK(value.error().is(RpcErrc::bad_answer));
    }
}

TEST_CASE("text is read from a string and from nothing else") {
    CHECK(to_text(*parsed(R"("Geth\/v1")")).value() == "Geth/v1");
    CHECK(to_text(*parsed("1")).error().is(RpcErrc::bad_answer));
}

}  // namespace redink::rpc
