#include "indexer/rpc/pool/hedge.hpp"

#include <doctest/doctest.h>

namespace redink::rpc {
namespace {

using std::chrono::milliseconds;

Latency of(int count, int ms) {
    Latency latency;
    for (int i = 0; i < count; ++i) {
        latency.add(milliseconds{ms});
    }
    return latency;
}

}  // namespace

TEST_CASE("the first endpoint gets its 95th percentile, within bounds") {
    CHECK(Hedge::delay(of(64, 400)) == milliseconds{400});
    CHECK(Hedge::delay(of(64, 1)) == milliseconds{50});
    CHECK(Hedge::delay(of(64, 60'000)) == milliseconds{10'000});
    Latency mixed = of(50, 100);
    for (int i = 0; i < 10; ++i) {
        mixed.add(milliseconds{900});
    }
    CHECK(Hedge::delay(mixed) == milliseconds{900});
}

TEST_CASE("an endpoint of which little is known gets a fixed time") {
    CHECK(Hedge::delay(Latency{}) == Hedge::delay(of(7, 5'000)));
    CHECK(Hedge::delay(of(8, 5'000)) == milliseconds{5'000});
}

TEST_CASE("no more than a tenth of many requests is hedged") {
    Hedge hedge;
    int hedged = 0;
    for (int i = 0; i < 1'000; ++i) {
        hedge.on_request();
        hedged += hedge.try_take() ? 1 : 0;
    }
    CHECK(hedged >= 99);
    CHECK(hedged <= 103);
}

TEST_CASE("a quiet time saves up a few hedges, and no more") {
    Hedge hedge;
    for (int i = 0; i < 1'000; ++i) {
        hedge.on_request();
    }
    int hedged = 0;
    while (hedge.try_take()) {
        ++hedged;
    }
    CHECK(hedged == 4);
}

}  // namespace redink::rpc
