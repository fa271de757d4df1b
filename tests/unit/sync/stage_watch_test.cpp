#include "indexer/sync/stage_watch.hpp"

#include <doctest/doctest.h>

namespace redink::sync {
namespace {

StageWatch::Time at(std::int64_t seconds) {
    return StageWatch::Time{} + std::chrono::seconds{seconds};
}

}  // namespace

TEST_CASE("a stage without progress for minutes is stalled, and says which") {
    StageWatch watch{at(0)};
    CHECK(watch.judge(at(1'000'000)) == "idle");
    watch.enter(Stage::fetch, at(10));
    CHECK(watch.judge(at(100)) == "fetching");
    CHECK(watch.judge(at(190)) == "stalled on fetch");
    CHECK(watch.is_stalled(at(190)));
    watch.enter(Stage::write, at(191));
    CHECK(watch.judge(at(192)) == "stalled on write");
    watch.on_progress(at(193));
    CHECK(watch.judge(at(194)) == "writing");
    CHECK_FALSE(watch.is_stalled(at(194)));
}

TEST_CASE("going to and fro between stages is no progress") {
    StageWatch watch{at(0)};
    for (std::int64_t second = 0; second < 400; second += 2) {
        watch.enter(Stage::fetch, at(second));
        watch.enter(Stage::rest, at(second + 1));
    }
    CHECK(watch.is_stalled(at(400)));
}

TEST_CASE("idling does not count against the next stage") {
    StageWatch watch{at(0)};
    watch.enter(Stage::fetch, at(1));
    watch.on_progress(at(2));
    watch.enter(Stage::idle, at(3));
    watch.enter(Stage::fetch, at(10'000));
    CHECK_FALSE(watch.is_stalled(at(10'001)));
    CHECK(watch.is_stalled(at(10'200)));
}

TEST_CASE("the time spent in each stage is summed up") {
    StageWatch watch{at(0)};
    watch.enter(Stage::fetch, at(10));
    watch.enter(Stage::write, at(13));
    watch.enter(Stage::fetch, at(14));
    CHECK(watch.spent(Stage::fetch, at(20)) == std::chrono::seconds{9});
    CHECK(watch.spent(Stage::write, at(20)) == std::chrono::seconds{1});
    CHECK(watch.spent(Stage::idle, at(20)) == std::chrono::seconds{10});
}

}  // namespace redink::sync
