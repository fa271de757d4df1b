#include "indexer/rpc/envelope.hpp"

#include <doctest/doctest.h>

namespace redink::rpc {
namespace {

std::shared_ptr<const Document> document(std::string text) {
    return DocumentParser{}.parse(text).value();
}

CallResult<Answer> single(const std::string& text) {
    return read_single(document(text), 7);
}

CallResult<Answers> batch(const std::string& text) {
    return read_batch(document(text), {7, 2});
}

std::string ok(int id, const std::string& result) {
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":)" + result + "}";
}

}  // namespace

TEST_CASE("a request carries version, id, method and parameters") {
    CHECK(make_request({"eth_chainId", "[]"}, 7) ==
          R"({"jsonrpc":"2.0","id":7,"method":"eth_chainId","params":[]})");
    const std::vector<Call> calls{{"a", "[1]"}, {"b", "[2]"}};
    CHECK(make_batch(calls, 7) == R"([{"jsonrpc":"2.0","id":7,"method":"a","params":[1]},)"
                                  R"({"jsonrpc":"2.0","id":8,"method":"b","params":[2]}])");
}

TEST_CASE("the result of a call is read, null included") {
    CHECK(to_quantity(single(ok(7, R"("0x1")")).value()).value() == 1);
    CHECK(single(ok(7, "null")).value().result().is_null());
    CHECK(single(R"({"id":7,"error":null,"result":1})").has_value());
}

TEST_CASE("an answer to something else is not an answer") {
    for (const char* text : {R"({"id":8,"result":1})",
                             R"({"id":"7","result":1})",
                             R"({"id":null,"result":1})",
                             R"({"id":-7,"result":1})",
                             R"({"id":7.0,"result":1})",
                             R"({"result":1})",
                             R"({"id":7})",
                             R"({"id":8,"error":{"code":1,"message":"m"}})",
                             R"([{"id":7,"result":1}])",
                             R"("7")",
                             "7",
                             "null"}) {
        CAPTURE(text);
        const auto answer = single(text);
        REQUIRE(answer.has_error());
        CHECK(answer.error().is(RpcErrc::bad_answer));
    }
}

TEST_CASE("a refusal gives code, message and data to the caller") {
    const auto answer =
        single(R"({"id":7,"error":{"code":-32005,"message":"too many","data":{"from":"0x1"}}})");
    REQUIRE(answer.has_error());
    CHECK(answer.error().is(RpcErrc::refused));
    CHECK(answer.error().refusal == Refusal{-32005, "too many", R"({"from":"0x1"})"});
    CHECK(answer.error().text == R"(refused with code -32005: too many ({"from":"0x1"}))");
    CHECK(single(R"({"id":null,"error":{"code":1,"message":"m","data":"d"}})").error().refusal ==
          Refusal{1, "m", "d"});
}

TEST_CASE("a refusal of an odd shape is still a refusal") {
    CHECK(single(R"({"error":"invalid key"})").error().refusal == Refusal{0, "invalid key", ""});
    CHECK(single(R"({"id":7,"error":{}})").error().refusal == Refusal{});
    CHECK(single(R"({"id":7,"error":5})").error().refusal == Refusal{0, "5", ""});
    CHECK(single(R"({"id":7,"error":{"code":"-32000","message":["m"],"data":null}})")
              .error()
              .refusal == Refusal{-32000, R"(["m"])", ""});
    CHECK(single(R"({"id":7,"error":{"code":1e300,"message":3}})").error().refusal ==
          Refusal{0, "3", ""});
}

TEST_CASE("a refusal about the number of requests is a rate limit") {
    const auto answer = single(R"({"id":7,"error":{"code":429,"message":"m"}})");
    CHECK(answer.error().is(RpcErrc::rate_limited));
    CHECK(answer.error().refusal == Refusal{429, "m", ""});
}

TEST_CASE("a page in place of a message is cut") {
    const std::string page(100'000, 'x');
    const auto answer = single(R"({"id":7,"error":{"code":1,"message":")" + page + R"("}})");
    CHECK(answer.error().refusal->message.size() == 4096);
    CHECK(answer.error().text.size() < 400);
    std::string accents = "x";
    for (int i = 0; i < 4000; ++i) {
        accents += "\xc3\xa9";
    }
    const auto whole = single(R"({"id":7,"error":{"code":1,"message":")" + accents + R"("}})");
    CHECK(whole.error().refusal->message.size() == 4095);
}

TEST_CASE("batch answers are put in the order of the calls") {
    const auto answers = batch("[" + ok(8, R"("0x2")") + "," + ok(7, R"("0x1")") + "]").value();
    REQUIRE(answers.size() == 2);
    CHECK(to_quantity(*answers[0]).value() == 1);
    CHECK(to_quantity(*answers[1]).value() == 2);
}

TEST_CASE("a refusal of one call of a batch leaves the others") {
    const auto answers =
        batch("[" + ok(8, "1") + R"(,{"id":7,"error":{"code":3,"message":"reverted"}}])").value();
    CHECK(answers[0].error().refusal == Refusal{3, "reverted", ""});
    CHECK(answers[1].has_value());
}

TEST_CASE("a missing, repeated or unknown id spoils a batch") {
    const std::string spoiled[] = {"[]",
                                   "[" + ok(7, "1") + "]",
                                   "[" + ok(7, "1") + "," + ok(7, "1") + "]",
                                   "[" + ok(7, "1") + "," + ok(9, "1") + "]",
                                   "[" + ok(6, "1") + "," + ok(7, "1") + "]",
                                   "[" + ok(7, "1") + "," + ok(8, "1") + "," + ok(8, "1") + "]",
                                   "[" + ok(7, "1") + R"(,{"result":1}])",
                                   "[" + ok(7, "1") + ",8]",
                                   ok(7, "1"),
                                   "8"};
    for (const std::string& text : spoiled) {
        CAPTURE(text);
        const auto answers = batch(text);
        REQUIRE(answers.has_error());
        CHECK(answers.error().is(RpcErrc::bad_answer));
    }
}

TEST_CASE("a node that takes no batches is told from one that refuses what was asked") {
    const auto code = [](const std::string& error) {
        return batch(R"({"jsonrpc":"2.0","id":null,"error":)" + error + "}").error().code;
    };
    CHECK(code(R"({"code":-32600,"message":"Invalid Request"})") == RpcErrc::batch_refused);
    CHECK(code(R"({"code":-32700,"message":"parse error"})") == RpcErrc::batch_refused);
    CHECK(code(R"({"code":-32000,"message":"Batch size too large"})") == RpcErrc::batch_refused);
    CHECK(code(R"("batching is off")") == RpcErrc::batch_refused);
    CHECK(code(R"({"code":-32000,"message":"node is syncing"})") == RpcErrc::refused);
    CHECK(code(R"({"code":-32600,"message":"block range is too wide"})") == RpcErrc::refused);
    CHECK(code(R"({"code":429,"message":"slow down"})") == RpcErrc::rate_limited);
    CHECK(batch(R"([{"id":null,"error":{"code":-32600,"message":"Invalid Request"}}])")
              .error()
              .is(RpcErrc::batch_refused));
}

TEST_CASE("an excerpt is one line of printable text") {
    CHECK(excerpt("a\nb\x1b[31m\xff", 100) == "a b?[31m?");
    CHECK(excerpt("abcdef", 3) == "abc...");
}

}  // namespace redink::rpc
