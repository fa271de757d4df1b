#include "indexer/rpc/pool/refusals.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/rpc/pool/captured_refusals.hpp"

namespace redink::rpc {
namespace {

using enum RefusalClass;
using test::Captured;

CallError refused(std::int64_t code, std::string message, std::string data = "") {
    CallError error = fail(RpcErrc::refused, "");
    error.refusal = Refusal{code, std::move(message), std::move(data)};
    return error;
}

CallError http(unsigned status, std::string body = "") {
    CallError error = fail(RpcErrc::http_status, "");
    error.http_status = status;
    error.body = std::move(body);
    return error;
}

RefusalClass class_of(const std::string& message) {
    return read_refusal(refused(-32000, message)).kind;
}

chain::BlockRange range(std::uint64_t first, std::uint64_t last) {
    return {chain::BlockNumber{first}, chain::BlockNumber{last}};
}

}  // namespace

TEST_CASE("every captured text is read as it must be") {
    const auto all = test::load_captured();
    CHECK(all.size() > 80);
    for (const Captured& row : all) {
        CAPTURE(row.line);
        const RefusalReading reading = read_refusal(row.error);
        CHECK(reading.kind == row.expected.kind);
        CHECK(reading.unit == row.expected.unit);
        CHECK(reading.limit == row.expected.limit);
        CHECK(reading.suggested == row.expected.suggested);
    }
}

TEST_CASE("the same texts are understood as the body of an HTTP error") {
    for (const Captured& row : test::load_captured()) {
        CAPTURE(row.line);
        const Refusal& refusal = row.error.refusal.value();
        for (const unsigned status : {400U, 413U}) {
            const auto reading = read_refusal(
                http(status, "<p>" + refusal.message + "</p><p>" + refusal.data + "</p>"));
            CHECK(reading.kind == row.expected.kind);
            CHECK(reading.limit == row.expected.limit);
        }
    }
}

TEST_CASE("no code decides while a text is known") {
    for (const std::int64_t code : {-32000, -32005, -32600, -32601, -32602, -32603, -32701, 429}) {
        CHECK(read_refusal(refused(code, "query exceeds max block range 9")).kind ==
              range_too_wide);
        CHECK(read_refusal(refused(code, "missing trie node ab")).kind == unfit);
    }
    for (const std::int64_t code : {-32000, -32005, -32600, -32602, -32701}) {
        CHECK(read_refusal(refused(code, "strange")).kind == unknown);
    }
}

TEST_CASE("where no text is known, codes and statuses of one meaning count") {
    CHECK(read_refusal(refused(-32601, "no")).kind == unfit);
    CHECK(read_refusal(refused(429, "no")).kind == rate_limited);
    CHECK(read_refusal(http(429)).kind == rate_limited);
    CHECK(read_refusal(http(408)).kind == try_again);
    CHECK(read_refusal(http(500)).kind == try_again);
    CHECK(read_refusal(http(503)).kind == try_again);
    for (const unsigned status : {401U, 402U, 403U}) {
        CHECK(read_refusal(http(status)).kind == unfit);
    }
    for (const unsigned status : {0U, 200U, 400U, 413U}) {
        CHECK(read_refusal(http(status)).kind == unknown);
    }
    CallError served = refused(-32000, "strange");
    served.http_status = 500;
    CHECK(read_refusal(served).kind == unknown);
}

TEST_CASE("a spent month is not a rate, whatever the status") {
    CHECK(read_refusal(http(429, "Monthly capacity limit exceeded.")).kind == unfit);
    CHECK(read_refusal(refused(429, "You have reached the free tier limit")).kind == unfit);
}

TEST_CASE("data is read before the message, and the message before the body") {
    CallError error = refused(-32602,
                              "query returned more than 5 results",
                              "requested block range 9 exceeds the limit of 3");
    error.body = "missing trie node";
    CHECK(read_refusal(error).kind == range_too_wide);
    error.refusal->data.clear();
    CHECK(read_refusal(error).kind == too_many_results);
    error.refusal.reset();
    CHECK(read_refusal(error).kind == unfit);
}

TEST_CASE("a captured text anywhere counts more than common words elsewhere") {
    const auto reading =
        read_refusal(refused(-32602, "query exceeds max block range 9", "invalid params"));
    CHECK(reading.kind == range_too_wide);
    CHECK(reading.limit == 10);
}

TEST_CASE("a result count never becomes a cap in blocks") {
    for (const Captured& row : test::load_captured()) {
        const RefusalReading reading = read_refusal(row.error);
        CAPTURE(row.line);
        CHECK((reading.kind == range_too_wide) == (reading.unit == RefusalUnit::blocks));
    }
    const auto bare = read_refusal(refused(-32005, "limit is 10000"));
    CHECK_FALSE(bare.limit.has_value());
    CHECK(bare.kind == unknown);
}

TEST_CASE("numbers without a unit, zeros and floods of digits give no limit") {
    for (const char* text : {"block range is too wide",
                             "block range is too wide (maximum 0)",
                             "block range is too wide (maximum -7)",
                             "block range is too wide (maximum 1.5)",
                             "block range is too wide (maximum 99999999999999999999999)",
                             "query exceeds max block range 0",
                             "block range 5 exceeds 0",
                             "ranges over 10000 blocks are not supported on free plan"}) {
        CAPTURE(text);
        const auto reading = read_refusal(refused(-32000, text));
        CHECK(reading.kind == range_too_wide);
        CHECK_FALSE(reading.limit.has_value());
    }
    const auto most =
        read_refusal(refused(-32000, "query exceeds max block range 18446744073709551615"));
    CHECK(most.limit == ~std::uint64_t{0});
}

TEST_CASE("inverted suggestions are swapped, damaged ones dropped") {
    const auto read = [](const std::string& pair) {
        return read_refusal(refused(-32005,
                                    "query returned more than 10 results. Try with this block "
                                    "range [" +
                                        pair + "]."))
            .suggested;
    };
    CHECK(read("0x20, 0x10") == range(16, 32));
    CHECK(read("0x10, 0x10") == range(16, 16));
    CHECK(read("5, 9") == range(5, 9));
    CHECK_FALSE(read("0xfffffffffffffffff, 0x1").has_value());
    CHECK_FALSE(read("0x, 0x1").has_value());
    CHECK_FALSE(read("\"0x1\", \"0x2\"").has_value());
    CHECK_FALSE(read("").has_value());
}

TEST_CASE("only a suggestion that starts with the request and shrinks it is usable") {
    RefusalReading reading;
    CHECK_FALSE(usable_suggestion(reading, range(10, 20)).has_value());
    reading.suggested = range(10, 15);
    CHECK(usable_suggestion(reading, range(10, 20)) == range(10, 15));
    CHECK_FALSE(usable_suggestion(reading, range(10, 15)).has_value());
    CHECK_FALSE(usable_suggestion(reading, range(10, 12)).has_value());
    CHECK_FALSE(usable_suggestion(reading, range(9, 20)).has_value());
    CHECK_FALSE(usable_suggestion(reading, range(11, 20)).has_value());
    reading.suggested = range(0, ~std::uint64_t{0});
    CHECK_FALSE(usable_suggestion(reading, range(0, 5)).has_value());
    CHECK_FALSE(usable_suggestion(reading, range(0, ~std::uint64_t{0})).has_value());
}

TEST_CASE("common words of other providers are understood without a limit") {
    CHECK(class_of("Your block range exceeds what we like") == range_too_wide);
    CHECK(class_of("eth_getLogs: response is far too large") == too_many_results);
    CHECK(class_of("too many addresses in filter") == too_many_filters);
    CHECK(class_of("method eth_getBlockReceipts not supported") == unfit);
    CHECK(class_of("the method eth_getBlockReceipts does not exist/is not available") == unfit);
    CHECK(class_of("pruned history unavailable") == unfit);
    CHECK(class_of("cannot query unfinalized data") == head_not_reached);
    CHECK(class_of("Service Unavailable") == try_again);
    CHECK(class_of("Invalid params") == invalid_request);
    CHECK(class_of("daily request count exceeded, request rate limited") == rate_limited);
}

TEST_CASE("reverted calls are told from refusals by the node") {
    CHECK(is_reverted({3, "x", "0x08c379a0"}));
    CHECK(is_reverted({-32000, "execution reverted: Pausable", ""}));
    CHECK(is_reverted({-32015, "VM execution error", "Reverted 0x"}));
    CHECK(is_reverted({-32000, "out of gas", ""}));
    CHECK(is_reverted({-32000, "invalid opcode: INVALID", ""}));
    CHECK_FALSE(is_reverted({-32000, "missing trie node", ""}));
    CHECK_FALSE(is_reverted({-32005, "limit exceeded", ""}));
}

TEST_CASE("odd texts give an unknown refusal and nothing else") {
    for (const std::string& text : {std::string{},
                                    std::string(10'000, 'x'),
                                    std::string(10'000, ' '),
                                    std::string(10'000, '0'),
                                    std::string(10'000, '['),
                                    std::string{"\"\\\"{\"from\":{\"from\":\"\"}}"},
                                    std::string{"{\"from\":\"0x1\""},
                                    std::string(100, '\0'),
                                    std::string{"\xff\xfe\x80"}}) {
        const auto reading = read_refusal(refused(0, text, text));
        CHECK(reading.kind == unknown);
        CHECK_FALSE(reading.limit.has_value());
        CHECK_FALSE(reading.suggested.has_value());
    }
}

}  // namespace redink::rpc
