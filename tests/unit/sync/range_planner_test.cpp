#include "indexer/sync/range_planner.hpp"

#include <doctest/doctest.h>

namespace redink::sync {
namespace {

chain::BlockRange stretch(std::uint64_t first, std::uint64_t last) {
    return {chain::BlockNumber{first}, chain::BlockNumber{last}};
}

}  // namespace

TEST_CASE("ranges follow each other without gap or overlap and end at the last block") {
    RangePlanner planner{stretch(7, 1'000)};
    std::uint64_t next = 7;
    while (const auto range = planner.next()) {
        CHECK(range->first.value() == next);
        CHECK(range->last.value() >= next);
        next = range->last.value() + 1;
        planner.learn(range->size(), 3);
    }
    CHECK(next == 1'001);
}

TEST_CASE("a single block is one range, an empty stretch none") {
    RangePlanner one{stretch(5, 5)};
    CHECK(one.next() == stretch(5, 5));
    CHECK_FALSE(one.next().has_value());
    RangePlanner none{stretch(6, 5)};
    CHECK_FALSE(none.next().has_value());
}

TEST_CASE("the size follows the density of logs and grows at most twofold") {
    RangePlanner planner{stretch(0, 10'000'000)};
    planner.learn(128, 0);
    CHECK(planner.size() == 256);
    planner.learn(256, 256 * 100);
    CHECK(planner.size() == 50);
    planner.learn(50, 1'000'000);
    CHECK(planner.size() == 1);
    for (int i = 0; i < 40; ++i) {
        planner.learn(planner.size(), 0);
    }
    CHECK(planner.size() == RangePlanner::kLongestRange);
}

TEST_CASE("what an endpoint refused is never asked for again") {
    RangePlanner planner{stretch(0, 10'000'000)};
    planner.limit(50);
    CHECK(planner.size() == 50);
    for (int i = 0; i < 10; ++i) {
        planner.learn(50, 0);
    }
    CHECK(planner.size() == 50);
    planner.limit(80);
    CHECK(planner.size() == 50);
    planner.limit(0);
    CHECK(planner.size() == 1);
}

}  // namespace redink::sync
