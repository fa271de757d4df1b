#include "indexer/rpc/pool/rate_limit.hpp"

#include <doctest/doctest.h>

#include "tests/property/random_source.hpp"

namespace redink::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Clock::Time kStart{};

constexpr RateOptions kOptions{
    .start_per_second = 20, .least_per_second = 0.5, .most_per_second = 100, .burst = 5};

/// Sends as fast as it may for `time`, with every answer good; how many were sent.
int send_for(RateLimit& limit, Clock::Time& now, milliseconds time) {
    int sent = 0;
    for (const Clock::Time end = now + time; now < end; now += milliseconds{1}) {
        while (limit.try_take(now)) {
            ++sent;
            limit.on_success(now);
        }
    }
    return sent;
}

}  // namespace

TEST_CASE("a burst may go at once, then requests are spaced by the rate") {
    RateLimit limit{kOptions, kStart};
    for (int i = 0; i < 5; ++i) {
        CHECK(limit.wait(kStart).count() == 0);
        CHECK(limit.try_take(kStart));
    }
    CHECK_FALSE(limit.try_take(kStart));
    CHECK(limit.wait(kStart) == milliseconds{50});
    CHECK_FALSE(limit.try_take(kStart + milliseconds{49}));
    CHECK(limit.try_take(kStart + milliseconds{50}));
}

TEST_CASE("those who wait stand in line") {
    RateLimit limit{kOptions, kStart};
    while (limit.try_take(kStart)) {
    }
    CHECK(limit.wait(kStart, 0) == milliseconds{50});
    CHECK(limit.wait(kStart, 9) == milliseconds{500});
}

TEST_CASE("the right to send comes exactly when it was promised") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    RateLimit limit{kOptions, kStart};
    Clock::Time now = kStart;
    for (int i = 0; i < 2000; ++i) {
        now += milliseconds{random.below(120)};
        const auto wait = limit.wait(now);
        REQUIRE(limit.try_take(now) == (wait.count() == 0));
        if (wait.count() > 0) {
            now += wait;
            REQUIRE(limit.try_take(now));
        }
        if (random.below(10) == 0) {
            limit.on_limited(now, std::nullopt);
        } else {
            limit.on_success(now);
        }
        REQUIRE(limit.per_second() >= kOptions.least_per_second);
        REQUIRE(limit.per_second() <= kOptions.most_per_second);
    }
}

TEST_CASE("the rate doubles within seconds until the ceiling") {
    RateLimit limit{kOptions, kStart};
    Clock::Time now = kStart;
    send_for(limit, now, seconds{1});
    CHECK(limit.per_second() > 35);
    send_for(limit, now, seconds{5});
    CHECK(limit.per_second() == doctest::Approx(100));
}

TEST_CASE("a rate that is not used up does not grow") {
    RateLimit limit{kOptions, kStart};
    Clock::Time now = kStart;
    for (int i = 0; i < 100; ++i, now += seconds{1}) {
        CHECK(limit.try_take(now));
        limit.on_success(now);
    }
    CHECK(limit.per_second() == doctest::Approx(20));
}

TEST_CASE("an objection halves the rate, and those of the same second count once") {
    RateLimit limit{kOptions, kStart};
    for (int i = 0; i < 5; ++i) {
        limit.on_limited(kStart + milliseconds{i}, std::nullopt);
    }
    CHECK(limit.per_second() == doctest::Approx(10));
    limit.on_limited(kStart + seconds{1}, std::nullopt);
    CHECK(limit.per_second() == doctest::Approx(5));
}

TEST_CASE("after the first objection the rate grows by steps") {
    RateLimit limit{kOptions, kStart};
    limit.on_limited(kStart, milliseconds{0});
    Clock::Time now = kStart;
    send_for(limit, now, seconds{2});
    CHECK(limit.per_second() > 14);
    CHECK(limit.per_second() < 22);
}

TEST_CASE("the rate never falls below its floor") {
    RateLimit limit{kOptions, kStart};
    Clock::Time now = kStart;
    for (int i = 0; i < 20; ++i, now += seconds{100}) {
        limit.on_limited(now, std::nullopt);
    }
    CHECK(limit.per_second() == doctest::Approx(0.5));
    CHECK(limit.wait(now + seconds{100}).count() == 0);
}

TEST_CASE("Retry-After is kept to the millisecond") {
    RateLimit limit{kOptions, kStart};
    limit.on_limited(kStart, seconds{7});
    CHECK(limit.paused(kStart + milliseconds{6'999}));
    CHECK(limit.wait(kStart) == seconds{7});
    CHECK_FALSE(limit.try_take(kStart + milliseconds{6'999}));
    CHECK(limit.try_take(kStart + seconds{7}));
    limit.on_limited(kStart + seconds{8}, milliseconds{0});
    CHECK_FALSE(limit.paused(kStart + seconds{8}));
}

TEST_CASE("without Retry-After pauses double with each objection in a row, up to a bound") {
    RateLimit limit{kOptions, kStart};
    Clock::Time now = kStart;
    std::vector<std::int64_t> pauses;
    for (int i = 0; i < 8; ++i) {
        limit.on_limited(now, std::nullopt);
        std::int64_t pause = 0;
        for (; limit.paused(now); now += milliseconds{500}) {
            pause += 500;
        }
        pauses.push_back(pause);
        now += seconds{1};
    }
    CHECK(pauses == std::vector<std::int64_t>{500, 1000, 2000, 4000, 8000, 16000, 30000, 30000});
    limit.on_success(now);
    limit.on_limited(now, std::nullopt);
    CHECK_FALSE(limit.paused(now + milliseconds{500}));
}

TEST_CASE("slow answers halve the rate now and then, and not below a quarter of the start") {
    RateLimit limit{kOptions, kStart};
    limit.on_slow(kStart);
    limit.on_slow(kStart + seconds{1});
    CHECK(limit.per_second() == doctest::Approx(10));
    for (int i = 1; i < 10; ++i) {
        limit.on_slow(kStart + seconds{10 * i});
    }
    CHECK(limit.per_second() == doctest::Approx(5));
}

TEST_CASE("a rate already below the floor for slowness is left as it is") {
    RateLimit limit{kOptions, kStart};
    for (int i = 0; i < 4; ++i) {
        limit.on_limited(kStart + seconds{i}, milliseconds{0});
    }
    const double before = limit.per_second();
    CHECK(before < 5);
    limit.on_slow(kStart + seconds{60});
    CHECK(limit.per_second() == doctest::Approx(before));
}

}  // namespace redink::rpc
