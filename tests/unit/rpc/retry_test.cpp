#include "indexer/rpc/retry.hpp"

#include <vector>

#include <doctest/doctest.h>

namespace redink::rpc {
namespace {

using std::chrono::milliseconds;

constexpr RetryOptions kOptions{.attempts = 5,
                                .first_delay = milliseconds{100},
                                .longest_delay = milliseconds{400},
                                .longest_retry_after = milliseconds{5000},
                                .total = milliseconds{10'000}};

CallError status(unsigned http_status) {
    CallError error = fail(RpcErrc::http_status, "");
    error.http_status = http_status;
    return error;
}

CallError refusal(unsigned http_status) {
    CallError error = fail(RpcErrc::refused, "");
    error.http_status = http_status;
    error.refusal = Refusal{-32602, "range too large", ""};
    return error;
}

std::vector<std::int64_t> delays(std::uint64_t seed) {
    Retry retry{kOptions, seed};
    std::vector<std::int64_t> found;
    while (const auto delay = retry.next(fail(RpcErrc::broken, ""), milliseconds{0})) {
        found.push_back(delay->count());
    }
    return found;
}

}  // namespace

TEST_CASE("the network, time limits and damaged answers are tried again") {
    for (const RpcErrc code : {RpcErrc::deadline,
                               RpcErrc::busy,
                               RpcErrc::connect,
                               RpcErrc::stale,
                               RpcErrc::broken,
                               RpcErrc::rate_limited,
                               RpcErrc::bad_encoding,
                               RpcErrc::bad_json,
                               RpcErrc::bad_answer}) {
        CHECK(is_transient(fail(code, "")));
    }
    for (const unsigned code : {408U, 429U, 500U, 502U, 503U, 504U, 520U}) {
        CHECK(is_transient(status(code)));
    }
}

TEST_CASE("what another attempt cannot mend is not tried again") {
    for (const RpcErrc code :
         {RpcErrc::cancelled, RpcErrc::tls, RpcErrc::too_large, RpcErrc::bad_url}) {
        CHECK_FALSE(is_transient(fail(code, "")));
    }
    for (const unsigned code : {301U, 400U, 401U, 403U, 404U, 413U}) {
        CHECK_FALSE(is_transient(status(code)));
    }
    for (const unsigned code : {200U, 400U, 413U, 500U}) {
        CHECK_FALSE(is_transient(refusal(code)));
    }
    CHECK_FALSE(
        is_transient(CallError{{std::make_error_code(std::errc::io_error), ""}, {}, 0, {}}));
}

TEST_CASE("an error object from a gateway is not about the request") {
    for (const unsigned code : {408U, 502U, 503U, 504U}) {
        CHECK(is_transient(refusal(code)));
    }
}

TEST_CASE("a rate limit is known by its code or its words, and not by a count of logs") {
    CHECK(is_rate_limit({429, "slow down", ""}));
    CHECK(is_rate_limit({-32005, "daily Rate Limit exceeded", ""}));
    CHECK(is_rate_limit({-32000, "error", "Too Many Requests"}));
    CHECK_FALSE(
        is_rate_limit({-32005, "Too many logs requested. Max logs per response is 1.", ""}));
    CHECK_FALSE(is_rate_limit({-32005, "query returned more than 10000 results", ""}));
}

TEST_CASE("delays double up to the longest, half of each is jitter") {
    const auto found = delays(7);
    REQUIRE(found.size() == kOptions.attempts - 1);
    const std::vector<std::int64_t> full{100, 200, 400, 400};
    for (std::size_t i = 0; i < full.size(); ++i) {
        CHECK(found[i] >= full[i] / 2);
        CHECK(found[i] <= full[i]);
    }
}

TEST_CASE("the seed alone decides the jitter") {
    CHECK(delays(7) == std::vector<std::int64_t>{50, 159, 347, 386});
    CHECK(delays(7) == delays(7));
    CHECK(delays(7) != delays(8));
}

TEST_CASE("a node's Retry-After is kept, and too long a one gives up") {
    CallError error = fail(RpcErrc::rate_limited, "");
    error.retry_after = milliseconds{3000};
    CHECK(Retry{kOptions, 1}.next(error, milliseconds{0}) == milliseconds{3000});
    error.retry_after = milliseconds{1};
    CHECK(*Retry{kOptions, 1}.next(error, milliseconds{0}) >= milliseconds{50});
    error.retry_after = milliseconds{5001};
    CHECK_FALSE(Retry{kOptions, 1}.next(error, milliseconds{0}).has_value());
}

TEST_CASE("no attempt starts after the total time") {
    Retry retry{kOptions, 1};
    CHECK(retry.next(fail(RpcErrc::broken, ""), milliseconds{9'000}).has_value());
    CHECK_FALSE(retry.next(fail(RpcErrc::broken, ""), milliseconds{9'950}).has_value());
    CHECK(retry.failures() == 2);
}

TEST_CASE("one attempt means no repetition") {
    RetryOptions once = kOptions;
    once.attempts = 1;
    CHECK_FALSE(Retry{once, 1}.next(fail(RpcErrc::broken, ""), milliseconds{0}).has_value());
}

TEST_CASE("Retry-After is read as seconds or as a date") {
    constexpr std::int64_t kNow = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT (RFC 9110)
    CHECK(parse_retry_after("120", kNow) == milliseconds{120'000});
    CHECK(parse_retry_after("0", kNow) == milliseconds{0});
    CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:47 GMT", kNow) == milliseconds{10'000});
    CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:07 GMT", kNow) == milliseconds{0});
    CHECK(parse_retry_after("4000000000", kNow) == milliseconds{1'000'000'000});
    for (const char* text : {"", "soon", "-1", "1.5", "99999999999", "Sun, 06 Nov 1994"}) {
        CHECK_FALSE(parse_retry_after(text, kNow).has_value());
    }
}

}  // namespace redink::rpc
