#include "indexer/rpc/head_message.hpp"

#include <doctest/doctest.h>

namespace redink::rpc {
namespace {

const std::string kHash = "0x" + std::string(62, '0') + "ab";

std::shared_ptr<const Document> parsed(std::string text) {
    DocumentParser parser;
    return parser.parse(text).value();
}

std::string notification(const std::string& result, const std::string& id = "0x1") {
    return R"({"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":")" + id +
           R"(","result":)" + result + "}}";
}

std::string head(const std::string& number) {
    return R"({"parentHash":"0x00","number":)" + number + R"(,"hash":")" + kHash + "\"}";
}

}  // namespace

TEST_CASE("a head is read from a notification") {
    const auto ref = read_head(*parsed(notification(head("\"0x10\""))), "0x1").value();
    CHECK(ref.number == chain::BlockNumber{16});
    CHECK(ref.hash.hex() == kHash);
}

TEST_CASE("a notification is told from an answer") {
    CHECK(is_notification(*parsed(notification("{}"))));
    for (const char* text : {R"({"jsonrpc":"2.0","id":1,"result":"0x1"})",
                             R"({"method":"other","params":{}})",
                             R"({"method":5})",
                             "[]",
                             "7",
                             "null"}) {
        CAPTURE(text);
        CHECK_FALSE(is_notification(*parsed(text)));
    }
}

TEST_CASE("what is no head of our subscription is refused") {
    for (const std::string& text : {notification(head("\"0x10\""), "0x2"),
                                    notification("null"),
                                    notification("\"0x1\""),
                                    notification("[]"),
                                    notification("{}"),
                                    notification(R"({"number":"0x10"})"),
                                    notification(R"({"number":"0x10","hash":null})"),
                                    notification(R"({"number":"0x10","hash":"0xab"})"),
                                    notification(head("null")),
                                    notification(head("\"ten\"")),
                                    notification(head("-1")),
                                    std::string{R"({"method":"eth_subscription"})"},
                                    std::string{R"({"method":"eth_subscription","params":[]})"},
                                    std::string{R"({"id":1,"result":"0x1"})"},
                                    std::string{"[]"}}) {
        CAPTURE(text);
        const auto ref = read_head(*parsed(text), "0x1");
        REQUIRE(ref.has_error());
        CHECK(ref.error().is(RpcErrc::bad_answer));
    }
}

}  // namespace redink::rpc
