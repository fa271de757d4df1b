#include "indexer/rpc/pool/verdict.hpp"

#include <doctest/doctest.h>

#include "indexer/rpc/methods.hpp"

namespace redink::rpc {
namespace {

using chain::BlockNumber;

CallError refused(std::int64_t code, std::string message) {
    CallError error = fail(RpcErrc::refused, "refused");
    error.refusal = Refusal{code, std::move(message), ""};
    return error;
}

CallError http(unsigned status, std::string body = "") {
    CallError error = fail(RpcErrc::http_status, "");
    error.http_status = status;
    error.body = std::move(body);
    return error;
}

CallResult<Answer> result(const std::string& json) {
    DocumentParser parser;
    std::string text = R"({"id":1,"result":)" + json + "}";
    return read_single(parser.parse(text).value(), 1);
}

Verdict verdict(const CallError& error) {
    return judge(error).verdict;
}

}  // namespace

TEST_CASE("what the network does is the endpoint's fault") {
    for (const RpcErrc code : {RpcErrc::deadline,
                               RpcErrc::connect,
                               RpcErrc::tls,
                               RpcErrc::stale,
                               RpcErrc::broken,
                               RpcErrc::bad_encoding,
                               RpcErrc::bad_json,
                               RpcErrc::bad_answer}) {
        CHECK(verdict(fail(code, "")) == Verdict::fault);
    }
    for (const unsigned status : {301U, 404U, 408U, 500U, 502U, 503U, 520U}) {
        CHECK(verdict(http(status)) == Verdict::fault);
    }
}

TEST_CASE("busy connections are ours, and a cancelled request tells nothing") {
    CHECK(verdict(fail(RpcErrc::busy, "")) == Verdict::no_blame);
    CHECK(verdict(fail(RpcErrc::cancelled, "")) == Verdict::cancelled);
    CHECK(verdict(fail(RpcErrc::batch_refused, "")) == Verdict::batch_refused);
}

TEST_CASE("refusals are judged by what they say, in an error object or in a body") {
    CHECK(verdict(refused(-32000, "block range is too wide")) == Verdict::about_request);
    CHECK(verdict(http(400, "block range is too wide")) == Verdict::about_request);
    CHECK(verdict(refused(-32000, "header not found")) == Verdict::behind);
    CHECK(verdict(refused(-32000, "missing trie node")) == Verdict::unfit);
    CHECK(verdict(refused(-32000, "no backend is currently healthy")) == Verdict::fault);
    CHECK(verdict(refused(-32000, "what?")) == Verdict::about_request);
    CHECK(verdict(http(400)) == Verdict::about_request);
    CHECK(verdict(http(401)) == Verdict::unfit);
    CHECK(verdict(http(402)) == Verdict::unfit);
}

TEST_CASE("a spent month or a wide range under HTTP 429 is no rate limit") {
    CallError error = fail(RpcErrc::rate_limited, "");
    error.http_status = 429;
    CHECK(verdict(error) == Verdict::rate_limited);
    error.body = "Monthly capacity limit exceeded";
    CHECK(verdict(error) == Verdict::unfit);
    error.body = "exceed maximum block range: 5000";
    CHECK(verdict(error) == Verdict::about_request);
    error.body = "please try again later";
    CHECK(verdict(error) == Verdict::rate_limited);
}

TEST_CASE("an answer above our own limit is about the request, as too many bytes") {
    const Judgement judgement = judge(fail(RpcErrc::too_large, ""));
    CHECK(judgement.verdict == Verdict::about_request);
    CHECK(judgement.reading.kind == RefusalClass::too_many_results);
    CHECK(judgement.reading.unit == RefusalUnit::bytes);
}

TEST_CASE("answers are good if each is a result or a contract's refusal") {
    CHECK(judge(Answers{}).verdict == Verdict::good);
    Answers answers{result("1"), refused(3, "execution reverted"), result("null")};
    CHECK(judge(answers).verdict == Verdict::good);
    answers.push_back(refused(-32000, "missing trie node"));
    answers.push_back(refused(-32000, "block range is too wide"));
    CHECK(judge(answers).verdict == Verdict::unfit);
}

TEST_CASE("answers tell head, blocks and missing blocks") {
    const std::vector<Call> calls{methods::block_number(),
                                  methods::block_header(BlockNumber{16}),
                                  methods::block_receipts(BlockNumber{18}),
                                  methods::block_header(BlockNumber{20}),
                                  methods::block_header(BlockTag::finalized)};
    const Answers answers{result(R"("0x20")"),
                          result(R"({"number":"0x10"})"),
                          result("[]"),
                          result("null"),
                          result(R"({"number":"0x8"})")};
    const SeenBlocks seen = find_blocks(calls, answers, BlockNumber{20});
    CHECK(seen.head == BlockNumber{32});
    CHECK(seen.has == BlockNumber{18});
    CHECK(seen.lacks == BlockNumber{20});
    CHECK_FALSE(find_blocks(calls, answers, BlockNumber{19}).lacks.has_value());
    CHECK_FALSE(find_blocks(calls, answers, std::nullopt).lacks.has_value());
}

TEST_CASE("nulls for tags, errors and odd results tell nothing of blocks") {
    const std::vector<Call> calls{methods::block_header(BlockTag::safe),
                                  methods::block_header(BlockNumber{7}),
                                  methods::block_number(),
                                  {"eth_getBlockByNumber", "[7]"},
                                  {"eth_getBlockByNumber", "[\"0x"},
                                  {"eth_getBlockByNumber", R"(["latest",false])"}};
    const Answers answers{result("null"),
                          refused(-32000, "no"),
                          result("[]"),
                          result("null"),
                          result("null"),
                          result(R"({"number":7})")};
    const SeenBlocks seen = find_blocks(calls, answers, BlockNumber{100});
    CHECK_FALSE(seen.head.has_value());
    CHECK_FALSE(seen.has.has_value());
    CHECK_FALSE(seen.lacks.has_value());
}

}  // namespace redink::rpc
