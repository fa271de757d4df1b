#include "indexer/sync/head_pace.hpp"

#include <doctest/doctest.h>

namespace redink::sync {
namespace {

using std::chrono::milliseconds;

HeadPace::Time at(std::int64_t ms) {
    return HeadPace::Time{} + milliseconds{ms};
}

// A pace that has seen many blocks of this length.
HeadPace paced(std::int64_t block_ms) {
    HeadPace pace;
    for (std::int64_t i = 0; i < 200; ++i) {
        pace.on_head(chain::BlockNumber{static_cast<std::uint64_t>(100 + i)}, at(i * block_ms));
    }
    return pace;
}

}  // namespace

TEST_CASE("the block time is learned from heads, also when some are skipped") {
    CHECK(paced(12'000).block_time() > milliseconds{11'500});
    CHECK(paced(12'000).block_time() <= milliseconds{12'000});
    HeadPace skipping;
    for (std::int64_t i = 0; i < 100; ++i) {
        skipping.on_head(chain::BlockNumber{static_cast<std::uint64_t>(4 * i)}, at(1'000 * i));
    }
    CHECK(skipping.block_time() >= milliseconds{240});
    CHECK(skipping.block_time() <= milliseconds{300});
}

TEST_CASE("a head that is not higher teaches nothing") {
    HeadPace pace = paced(1'000);
    const auto before = pace.block_time();
    pace.on_head(chain::BlockNumber{150}, at(900'000));
    pace.on_head(chain::BlockNumber{299}, at(900'000));
    CHECK(pace.block_time() == before);
}

TEST_CASE("polls come twice a block, never too often and never too rarely") {
    CHECK(paced(2'000).poll() <= milliseconds{1'000});
    CHECK(paced(20).poll() == HeadPace::kShortestPoll);
    CHECK(paced(60'000).poll() == HeadPace::kLongestPoll);
    HeadPace fresh;
    CHECK(fresh.poll() == HeadPace::kFirstBlockTime / 2);
}

TEST_CASE("a socket may be silent for many blocks, not for ever") {
    CHECK(paced(250).silence() == HeadPace::kShortestSilence);
    CHECK(paced(12'000).silence() > milliseconds{200'000});
    CHECK(paced(600'000).silence() == HeadPace::kLongestSilence);
    CHECK(paced(250).check() < paced(250).silence());
}

TEST_CASE("each lost socket in a row doubles the rest, and a head ends the row") {
    HeadPace pace;
    CHECK(pace.rest() == milliseconds{0});
    milliseconds before{0};
    for (int i = 0; i < 20; ++i) {
        pace.on_socket_lost();
        CHECK(pace.rest() >= before);
        CHECK(pace.rest() <= HeadPace::kLongestRest);
        before = pace.rest();
    }
    CHECK(before == HeadPace::kLongestRest);
    pace.on_socket_works();
    CHECK(pace.rest() == milliseconds{0});
}

TEST_CASE("a socket that announces less than a poll finds is stuck") {
    const HeadPace pace;
    const auto stuck = [&pace](std::uint64_t polled, std::uint64_t announced) {
        return pace.is_stuck(chain::BlockNumber{polled}, chain::BlockNumber{announced});
    };
    CHECK_FALSE(stuck(100, 100));
    CHECK_FALSE(stuck(103, 100));
    CHECK(stuck(104, 100));
    CHECK_FALSE(stuck(90, 100));
}

}  // namespace redink::sync
