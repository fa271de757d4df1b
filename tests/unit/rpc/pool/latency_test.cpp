#include "indexer/rpc/pool/latency.hpp"

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

#include "tests/property/random_source.hpp"

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

TEST_CASE("nothing is known without answers") {
    const Latency latency;
    CHECK(latency.samples() == 0);
    CHECK(latency.average().count() == 0);
    CHECK(latency.quantile(0.95).count() == 0);
    CHECK_FALSE(latency.far_above_usual());
}

TEST_CASE("quantiles are those of the last answers, whatever their order") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    Latency latency;
    std::vector<milliseconds> all;
    for (int i = 0; i < 500; ++i) {
        all.emplace_back(random.below(10'000));
        latency.add(all.back());
        const std::size_t kept = std::min(all.size(), Latency::kWindow);
        std::vector<milliseconds> last(all.end() - static_cast<std::ptrdiff_t>(kept), all.end());
        std::sort(last.begin(), last.end());
        REQUIRE(latency.samples() == kept);
        REQUIRE(latency.quantile(0) == last.front());
        REQUIRE(latency.quantile(1) == last.back());
        REQUIRE(latency.quantile(0.5) <= latency.quantile(0.95));
        REQUIRE(std::binary_search(last.begin(), last.end(), latency.quantile(0.95)));
    }
}

TEST_CASE("shares beyond their bounds mean the bounds") {
    const Latency latency = of(3, 10);
    CHECK(latency.quantile(-1).count() == 10);
    CHECK(latency.quantile(2).count() == 10);
}

TEST_CASE("the average follows the last answers") {
    Latency latency = of(1, 100);
    CHECK(latency.average().count() == 100);
    for (int i = 0; i < 20; ++i) {
        latency.add(milliseconds{1'000});
    }
    CHECK(latency.average().count() > 950);
}

TEST_CASE("only a lasting rise by several times and a second is far above the usual") {
    Latency latency = of(60, 100);
    latency.add(milliseconds{3'000});
    CHECK_FALSE(latency.far_above_usual());
    for (int i = 0; i < 5; ++i) {
        latency.add(milliseconds{3'000});
    }
    CHECK(latency.far_above_usual());
    Latency quick = of(60, 1);
    for (int i = 0; i < 10; ++i) {
        quick.add(milliseconds{500});
    }
    CHECK_FALSE(quick.far_above_usual());
    CHECK_FALSE(of(60, 60'000).far_above_usual());
    CHECK_FALSE(of(10, 1).far_above_usual());
}

}  // namespace redink::rpc
