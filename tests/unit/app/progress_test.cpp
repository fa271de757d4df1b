#include "app/progress/progress.hpp"

#include <sstream>

#include <doctest/doctest.h>

#include "app/progress/rate.hpp"

using namespace redink;
using namespace std::chrono_literals;

namespace {

struct Scene {
    std::ostringstream out;
    std::chrono::steady_clock::time_point now;

    std::unique_ptr<app::Progress> make(app::ProgressMode mode, app::ProgressTarget target) {
        return app::make_progress(mode, target, [this] { return now; });
    }

    std::string take() {
        const std::string text = out.str();
        out.str("");
        return text;
    }
};

}  // namespace

TEST_CASE("plain progress is a line every five seconds and one at the end") {
    Scene scene;
    const auto progress = scene.make(app::ProgressMode::automatic, {scene.out, false});
    progress->begin("aave");
    scene.now += 4900ms;
    progress->update({100, 1000, 4900});
    CHECK(scene.take().empty());
    scene.now += 100ms;
    progress->update({100, 1000, 5000});
    CHECK(scene.take() == "aave  100/1 000 blocks  10.0%  5 000 logs  1 000 logs/s  45s left\n");
    scene.now += 1s;
    progress->update({1000, 1000, 6000});
    CHECK(scene.take().empty());
    progress->end();
    CHECK(scene.take() == "aave  1 000 blocks  6 000 logs  in 6s\n");
    progress->end();
    CHECK(scene.take().empty());
}

TEST_CASE("a live line is redrawn at most ten times a second and erased at the end") {
    Scene scene;
    const auto progress = scene.make(app::ProgressMode::automatic, {scene.out, true});
    progress->begin("aave");
    std::size_t redraws = 0;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        scene.now += 1ms;
        progress->update({i, 1000, i});
        redraws += scene.take().empty() ? 0U : 1U;
    }
    CHECK(redraws == 10);
    scene.now += 1s;
    progress->update({1000, 1000, 1000});
    const std::string line = scene.take();
    CHECK(line.starts_with("\r\x1b[Kaave  1 000/1 000 blocks  100.0%"));
    CHECK(line.find('\n') == std::string::npos);
    progress->end();
    CHECK(scene.take() == "\r\x1b[K");
}

TEST_CASE("a note stands above the live line") {
    Scene scene;
    const auto progress = scene.make(app::ProgressMode::automatic, {scene.out, true});
    progress->note("before");
    CHECK(scene.take() == "before\n");
    progress->begin("aave");
    progress->update({1, 2, 3});
    const std::string line = scene.take();
    progress->note("between");
    CHECK(scene.take() == "\r\x1b[Kbetween\n" + line.substr(4));
}

TEST_CASE("a live line never wraps") {
    Scene scene;
    const auto progress = scene.make(app::ProgressMode::automatic, {scene.out, true, 20});
    progress->begin(std::string(100, 'x'));
    progress->update({1, 2, 3});
    CHECK(scene.take() == "\r\x1b[K" + std::string(19, 'x'));
}

TEST_CASE("no progress is silent, and plain is plain on a terminal too") {
    Scene scene;
    const auto none = scene.make(app::ProgressMode::none, {scene.out, true});
    none->begin("aave");
    scene.now += 10s;
    none->update({1, 2, 3});
    none->note("quiet");
    none->end();
    CHECK(scene.take().empty());
    const auto plain = scene.make(app::ProgressMode::plain, {scene.out, true});
    plain->begin("aave");
    scene.now += 10s;
    plain->update({1, 2, 3});
    CHECK(scene.take().find('\x1b') == std::string::npos);
}

TEST_CASE("the estimate forgets a slow start") {
    app::Rate rate;
    std::chrono::steady_clock::time_point now;
    rate.begin(now);
    CHECK_FALSE(rate.remaining());
    CHECK_FALSE(rate.logs_per_second());
    now += 600s;
    rate.add(now, {0, 100'000, 0});
    CHECK_FALSE(rate.remaining());
    for (std::uint64_t second = 1; second <= 60; ++second) {
        now += 1s;
        rate.add(now, {second * 1000, 100'000, second * 50});
    }
    CHECK(rate.remaining() == 40s);
    CHECK(rate.logs_per_second() == 50);
    CHECK(rate.elapsed() == 660s);
}

TEST_CASE("figures for people are short and exact") {
    CHECK(app::grouped(0) == "0");
    CHECK(app::grouped(999) == "999");
    CHECK(app::grouped(1000) == "1 000");
    CHECK(app::grouped(1234567) == "1 234 567");
    CHECK(app::to_text(59s) == "59s");
    CHECK(app::to_text(61s) == "1m 01s");
    CHECK(app::to_text(3661s) == "1h 01m");
    CHECK(app::percent_of({999, 1000, 0}) == "99.9%");
    CHECK(app::percent_of({9999, 10000, 0}) == "99.9%");
    CHECK(app::percent_of({1, 1, 0}) == "100.0%");
    CHECK(app::percent_of({0, 0, 0}) == "100.0%");
}
