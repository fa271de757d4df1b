#include "indexer/rpc/pool/circuit_breaker.hpp"

#include <doctest/doctest.h>

namespace redink::rpc {
namespace {

using std::chrono::milliseconds;
using State = CircuitBreaker::State;

constexpr Clock::Time kStart{};
constexpr milliseconds kRest{2'000};

CircuitBreaker opened() {
    CircuitBreaker breaker;
    for (int i = 0; i < 4; ++i) {
        breaker.on_failure(kStart);
    }
    return breaker;
}

}  // namespace

TEST_CASE("a few failures in a row open the circuit, and no others") {
    CircuitBreaker breaker;
    for (int i = 0; i < 10; ++i) {
        for (int k = 0; k < 3; ++k) {
            breaker.on_failure(kStart);
            CHECK(breaker.state(kStart) == State::closed);
        }
        breaker.on_success();
    }
    CHECK(opened().state(kStart) == State::open);
    CHECK_FALSE(opened().allows(kStart));
}

TEST_CASE("after the rest one request probes, and no second one") {
    CircuitBreaker breaker = opened();
    CHECK_FALSE(breaker.allows(kStart + kRest - milliseconds{1}));
    CHECK(breaker.state(kStart + kRest) == State::half_open);
    CHECK(breaker.allows(kStart + kRest));
    breaker.begin(kStart + kRest);
    CHECK_FALSE(breaker.allows(kStart + kRest));
}

TEST_CASE("a good probe closes the circuit, as new") {
    CircuitBreaker breaker = opened();
    breaker.begin(kStart + kRest);
    breaker.on_success();
    CHECK(breaker.state(kStart + kRest) == State::closed);
    breaker.on_failure(kStart + kRest);
    CHECK(breaker.state(kStart + kRest) == State::closed);
}

TEST_CASE("a failed probe doubles the rest, up to a bound") {
    CircuitBreaker breaker = opened();
    Clock::Time now = kStart;
    std::vector<std::int64_t> rests;
    for (int i = 0; i < 10; ++i) {
        const Clock::Time until = breaker.rests_until();
        rests.push_back(std::chrono::duration_cast<milliseconds>(until - now).count());
        now = until;
        breaker.begin(now);
        breaker.on_failure(now);
    }
    CHECK(rests ==
          std::vector<std::int64_t>{
              2'000, 4'000, 8'000, 16'000, 32'000, 64'000, 128'000, 256'000, 300'000, 300'000});
}

TEST_CASE("a cancelled probe lets the next one try") {
    CircuitBreaker breaker = opened();
    breaker.begin(kStart + kRest);
    breaker.on_nothing();
    CHECK(breaker.allows(kStart + kRest));
}

TEST_CASE("failures of requests that were under way do not lengthen the rest") {
    CircuitBreaker breaker = opened();
    const Clock::Time until = breaker.rests_until();
    for (int i = 0; i < 10; ++i) {
        breaker.on_failure(kStart + milliseconds{10});
    }
    CHECK(breaker.rests_until() == until);
}

TEST_CASE("a request that was sent during the rest and succeeds closes the circuit") {
    CircuitBreaker breaker = opened();
    breaker.begin(kStart);
    breaker.on_success();
    CHECK(breaker.allows(kStart));
}

}  // namespace redink::rpc
