#include "indexer/rpc/pool/endpoint_health.hpp"

#include <doctest/doctest.h>

#include "tests/property/random_source.hpp"

namespace redink::rpc {
namespace {

using chain::BlockNumber;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Clock::Time kStart{};

EndpointHealth fresh() {
    return EndpointHealth{RateOptions{}, kStart};
}

EndpointHealth known() {
    EndpointHealth health = fresh();
    health.on_identified();
    return health;
}

}  // namespace

TEST_CASE("an endpoint is unknown until it has said who it is") {
    EndpointHealth health = fresh();
    CHECK(health.state(kStart) == EndpointState::unknown);
    CHECK(health.needs_identity(kStart));
    CHECK(health.usable(Service::logs, kStart));
    health.on_identified();
    CHECK(health.state(kStart) == EndpointState::well);
    CHECK_FALSE(health.needs_identity(kStart));
}

TEST_CASE("an endpoint of another chain is left alone, and asked again later") {
    EndpointHealth health = known();
    health.on_wrong_chain("serves chain 5, not 1", kStart);
    CHECK(health.state(kStart) == EndpointState::wrong_chain);
    CHECK(health.reason(kStart) == "serves chain 5, not 1");
    CHECK_FALSE(health.usable(Service::headers, kStart));
    CHECK_FALSE(health.needs_identity(kStart));
    const Clock::Time later = kStart + minutes{10};
    CHECK(health.state(later) == EndpointState::unknown);
    CHECK(health.needs_identity(later));
    CHECK(health.usable(Service::headers, later));
}

TEST_CASE("a liar is left alone for an hour") {
    EndpointHealth health = known();
    health.on_lie("its header does not hash", kStart);
    CHECK(health.state(kStart + minutes{59}) == EndpointState::lied);
    CHECK(health.reason(kStart) == "its header does not hash");
    CHECK(health.excluded(kStart + minutes{59}));
    CHECK(health.state(kStart + minutes{60}) == EndpointState::well);
}

TEST_CASE("unfit for one service is fit for the others, and not for ever") {
    EndpointHealth health = known();
    health.on_unfit(Service::receipts, "method not found", kStart);
    CHECK_FALSE(health.usable(Service::receipts, kStart));
    CHECK(health.usable(Service::logs, kStart));
    CHECK(health.state(kStart) == EndpointState::well);
    CHECK(health.reason(kStart) == "unfit for receipts: method not found");
    CHECK(health.usable(Service::receipts, kStart + minutes{15}));
    CHECK(health.reason(kStart + minutes{15}).empty());
}

TEST_CASE("failures in a row make it rest, an answer makes it well") {
    EndpointHealth health = known();
    for (int i = 0; i < 4; ++i) {
        health.begin(kStart);
        health.on_fault("connection refused", kStart);
    }
    CHECK(health.state(kStart) == EndpointState::resting);
    CHECK(health.reason(kStart) == "connection refused");
    health.begin(kStart + seconds{2});
    health.on_answer(Service::logs, milliseconds{5}, kStart + seconds{2});
    CHECK(health.state(kStart + seconds{2}) == EndpointState::well);
    CHECK(health.reason(kStart + seconds{2}).empty());
    CHECK(health.status(kStart).errors == 4);
    CHECK(health.status(kStart).requests == 5);
}

TEST_CASE("a refusal shows that the endpoint is there") {
    EndpointHealth health = known();
    for (int i = 0; i < 20; ++i) {
        health.begin(kStart);
        health.on_fault("broken", kStart);
        health.begin(kStart);
        health.on_refusal(kStart);
    }
    CHECK(health.state(kStart) == EndpointState::well);
    CHECK(health.status(kStart).refusals == 20);
}

TEST_CASE("rate limits slow it down and do not make it rest") {
    EndpointHealth health = known();
    for (int i = 0; i < 10; ++i) {
        health.begin(kStart);
        health.on_rate_limited("slow down", seconds{3}, kStart);
    }
    CHECK(health.state(kStart) == EndpointState::well);
    CHECK(health.reason(kStart) == "slow down");
    CHECK(health.status(kStart).rate_limits == 10);
    CHECK(health.status(kStart).requests_per_second < RateOptions{}.start_per_second);
    CHECK(health.expected(Service::logs, {}, kStart) >= seconds{3});
}

TEST_CASE("a head that was just told binds, an older one only raises doubt") {
    EndpointHealth health = known();
    CHECK(health.reach(BlockNumber{1'000}, kStart) == Reach::likely);
    health.note_head(BlockNumber{100}, kStart);
    CHECK(health.reach(BlockNumber{100}, kStart) == Reach::likely);
    CHECK(health.reach(BlockNumber{101}, kStart) == Reach::no);
    CHECK(health.reach(BlockNumber{101}, kStart + seconds{2}) == Reach::doubtful);
    health.note_has(BlockNumber{105}, kStart + seconds{3});
    CHECK(health.reach(BlockNumber{105}, kStart + seconds{3}) == Reach::likely);
    health.note_has(BlockNumber{50}, kStart + seconds{4});
    CHECK(health.head() == BlockNumber{105});
}

TEST_CASE("a block that it lacked is held against it for a moment, or until it has it") {
    EndpointHealth health = known();
    health.note_lacks(BlockNumber{100}, kStart);
    CHECK(health.reach(BlockNumber{99}, kStart) == Reach::likely);
    CHECK(health.reach(BlockNumber{100}, kStart) == Reach::no);
    CHECK(health.reach(BlockNumber{200}, kStart) == Reach::no);
    CHECK(health.reach(BlockNumber{100}, kStart + seconds{2}) == Reach::doubtful);
    health.note_has(BlockNumber{100}, kStart);
    CHECK(health.reach(BlockNumber{100}, kStart) == Reach::likely);
    health.note_lacks(BlockNumber{100}, kStart);
    health.note_head(BlockNumber{101}, kStart);
    CHECK(health.reach(BlockNumber{101}, kStart) == Reach::likely);
}

TEST_CASE("the cap in blocks follows what is stated") {
    EndpointHealth health = known();
    CHECK_FALSE(health.log_range().has_value());
    health.lower_log_range(0, std::nullopt);
    CHECK_FALSE(health.log_range().has_value());
    health.lower_log_range(5'000, 2'000);
    CHECK(health.log_range() == 2'000);
    health.lower_log_range(0, 3'000);
    CHECK(health.log_range() == 2'000);
    health.lower_log_range(0, 1'000);
    CHECK(health.log_range() == 1'000);
}

TEST_CASE("a cap that proves untrue is searched downwards") {
    EndpointHealth health = known();
    health.lower_log_range(1'000, 10'000);
    CHECK(health.log_range() == 500);
    health.lower_log_range(500, 10'000);
    CHECK(health.log_range() == 250);
    health.lower_log_range(250, std::nullopt);
    CHECK(health.log_range() == 125);
    health.lower_log_range(101, 101);
    CHECK(health.log_range() == 100);
}

TEST_CASE("the cap only falls, stays below what was refused, and above zero") {
    INFO("seed ", test::kSeed);
    test::RandomSource random{test::kSeed};
    for (int run = 0; run < 200; ++run) {
        EndpointHealth health = known();
        std::uint64_t before = ~std::uint64_t{0};
        for (int i = 0; i < 30; ++i) {
            const std::uint64_t asked = random.below(1'000);
            const std::optional<std::uint64_t> stated =
                random.below(2) == 0 ? std::nullopt : std::optional{1 + random.below(1'000)};
            health.lower_log_range(asked, stated);
            const std::uint64_t now = health.log_range().value_or(before);
            REQUIRE(now >= 1);
            REQUIRE(now <= before);
            REQUIRE((asked < 2 || now < asked));
            before = now;
        }
    }
}

TEST_CASE("batches only get smaller, and hold one call at least") {
    EndpointHealth health = known();
    CHECK_FALSE(health.batch().has_value());
    health.lower_batch(50);
    health.lower_batch(80);
    CHECK(health.batch() == 50);
    health.lower_batch(0);
    CHECK(health.batch() == 1);
}

TEST_CASE("errors, latency, load and waiting requests make an answer expected later") {
    EndpointHealth health = known();
    const auto cost = [&health](const Backlog& backlog) {
        return health.expected(Service::logs, backlog, kStart);
    };
    health.on_answer(Service::logs, milliseconds{100}, kStart);
    const auto usual = cost({});
    CHECK(cost({100, 0}) > usual + seconds{3});
    CHECK(cost({0, 2}) > 2 * usual);
    health.on_fault("broken", kStart);
    CHECK(cost({}) > usual);
}

TEST_CASE("a slow endpoint gets another chance after a while") {
    EndpointHealth health = known();
    health.on_answer(Service::logs, seconds{2}, kStart);
    const auto now = health.expected(Service::logs, {}, kStart);
    CHECK(health.expected(Service::logs, {}, kStart + minutes{9}) < now / 8);
}

TEST_CASE("being overtaken counts as having been at least so slow") {
    EndpointHealth health = known();
    health.on_answer(Service::logs, milliseconds{10}, kStart);
    health.on_overtaken(Service::logs, seconds{5});
    CHECK(health.latency(Service::logs).samples() == 2);
    CHECK(health.expected(Service::logs, {}, kStart) > milliseconds{500});
    CHECK(health.latency(Service::state).samples() == 0);
    CHECK(health.status(kStart).latency_p95 == seconds{5});
}

}  // namespace redink::rpc
