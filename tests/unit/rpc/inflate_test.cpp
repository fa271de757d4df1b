#include "indexer/rpc/inflate.hpp"

#include <doctest/doctest.h>

#include "tests/support/fake_http_server.hpp"

namespace redink::rpc {
namespace {

constexpr std::size_t kLimit = 1'000'000;

std::string sample() {
    std::string text;
    for (int i = 0; i < 20'000; ++i) {
        text += std::to_string(i * 7919 % 10'007);
    }
    return text;
}

}  // namespace

TEST_CASE("gzip is unpacked whatever the pieces it arrives in") {
    const std::string text = sample();
    const std::string packed = tests::gzip(text);
    for (const std::size_t step : {std::size_t{1}, std::size_t{1000}, packed.size()}) {
        Inflate inflate;
        std::string out;
        for (std::size_t at = 0; at < packed.size(); at += step) {
            CHECK_FALSE(inflate.complete());
            REQUIRE_FALSE(inflate.feed(std::string_view{packed}.substr(at, step), out, kLimit));
        }
        CHECK(inflate.complete());
        CHECK(out == text);
    }
}

TEST_CASE("a bomb is stopped at the limit") {
    const std::string text(5'000'000, 'x');
    const std::string packed = tests::gzip(text);
    REQUIRE(packed.size() < 10'000);
    Inflate inflate;
    std::string out;
    CHECK(inflate.feed(packed, out, kLimit) == RpcErrc::too_large);
    CHECK(out.size() <= kLimit + 1);
}

TEST_CASE("an answer of exactly the limit is taken, one byte more is not") {
    const std::string text(300'000, 'x');
    const std::string packed = tests::gzip(text);
    std::string out;
    CHECK_FALSE(Inflate{}.feed(packed, out, text.size()));
    out.clear();
    CHECK(Inflate{}.feed(packed, out, text.size() - 1) == RpcErrc::too_large);
}

TEST_CASE("a truncated stream is not complete") {
    const std::string packed = tests::gzip(sample());
    Inflate inflate;
    std::string out;
    CHECK_FALSE(inflate.feed(std::string_view{packed}.substr(0, packed.size() - 1), out, kLimit));
    CHECK_FALSE(inflate.complete());
}

TEST_CASE("damage, trailing bytes and other formats are refused") {
    std::string out;
    std::string damaged = tests::gzip(sample());
    damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1);
    CHECK(Inflate{}.feed(damaged, out, kLimit) == RpcErrc::bad_encoding);
    CHECK(Inflate{}.feed(tests::gzip("a") + "b", out, kLimit) == RpcErrc::bad_encoding);
    CHECK(Inflate{}.feed("{\"jsonrpc\"", out, kLimit) == RpcErrc::bad_encoding);
}

}  // namespace redink::rpc
