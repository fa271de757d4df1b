#include "indexer/rpc/errc.hpp"

#include <set>
#include <string>

#include <doctest/doctest.h>

namespace redink::rpc {
namespace {

Result<int> passed_up(const CallResult<int>& result) {
    return result;
}

}  // namespace

TEST_CASE("every code has words of its own") {
    std::set<std::string> words;
    const int last = static_cast<int>(RpcErrc::no_endpoint);
    for (int code = 1; code <= last; ++code) {
        words.insert(rpc_category().message(code));
    }
    CHECK(words.size() == static_cast<std::size_t>(last));
    CHECK_FALSE(words.contains("unknown"));
    CHECK(rpc_category().message(last + 1) == "unknown");
}

TEST_CASE("a call's error becomes a plain error on its way up") {
    const Result<int> result = passed_up(fail(RpcErrc::refused, "no"));
    CHECK(result.error().code == RpcErrc::refused);
    CHECK(result.error().text == "no");
    CHECK_THROWS_WITH(result.value(), "no");
}

}  // namespace redink::rpc
