#include "indexer/sync/range_planner.hpp"

#include <doctest/doctest.h>

namespace redink::sync {
namespace {

chain::BlockRange stretch(std::uint64_t first, std::uint64_t last) {
    return {chain::BlockNumber{first}, chain::BlockNumber{last}};
}

// Every block of a dense source holds logs.
RangeYield dense(std::uint64_t blocks, std::uint64_t logs) {
    return {blocks, logs, blocks};
}

}  // namespace

TEST_CASE("ranges follow each other without gap or overlap and end at the last block") {
    for (const std::uint64_t with_logs : {0U, 1U, 100U}) {
        RangePlanner planner{stretch(7, 50'000), ProofLevel::bloom};
        std::uint64_t next = 7;
        while (const auto plan = planner.next()) {
            CHECK(plan->range.first.value() == next);
            CHECK(plan->range.last.value() >= next);
            next = plan->range.last.value() + 1;
            planner.learn({plan->range.size(), with_logs, with_logs});
        }
        CHECK(next == 50'001);
    }
}

TEST_CASE("a single block is one range, an empty stretch none") {
    RangePlanner one{stretch(5, 5), ProofLevel::receipts};
    CHECK(one.next() == PlannedRange{stretch(5, 5), ProofLevel::receipts});
    CHECK_FALSE(one.next().has_value());
    RangePlanner none{stretch(6, 5), ProofLevel::bloom};
    CHECK_FALSE(none.next().has_value());
}

TEST_CASE("the size follows the density of logs and grows at most twofold") {
    RangePlanner planner{stretch(0, 10'000'000), ProofLevel::bloom};
    planner.learn(dense(128, 0));
    CHECK(planner.size() == 256);
    planner.learn(dense(256, 256 * 100));
    CHECK(planner.size() == 50);
    planner.learn(dense(50, 1'000'000));
    CHECK(planner.size() == 1);
    for (int i = 0; i < 40; ++i) {
        planner.learn(dense(planner.size(), 0));
    }
    CHECK(planner.size() == RangePlanner::kLongestRange);
}

TEST_CASE("what an endpoint refused is never asked for again") {
    RangePlanner planner{stretch(0, 10'000'000), ProofLevel::bloom};
    planner.limit(50);
    CHECK(planner.size() == 50);
    for (int i = 0; i < 10; ++i) {
        planner.learn(dense(50, 0));
    }
    CHECK(planner.size() == 50);
    planner.limit(80);
    CHECK(planner.size() == 50);
    planner.limit(0);
    CHECK(planner.size() == 1);
}

TEST_CASE("a sparse source is first proved to headers, in longer ranges") {
    RangePlanner planner{stretch(0, 10'000'000), ProofLevel::bloom};
    CHECK(planner.next()->level == ProofLevel::bloom);
    for (int i = 0; i < 10; ++i) {
        planner.learn({2'000, 3, 2});
    }
    CHECK(planner.size() == RangePlanner::kLongestSparseRange);
    CHECK(planner.next()->level == ProofLevel::headers);
    planner.learn({2'000, 2'000, 125});
    CHECK(planner.next()->level == ProofLevel::bloom);
    CHECK(planner.next()->range.size() <= RangePlanner::kLongestRange);
}

TEST_CASE("the end of a sparse stretch is proved at once") {
    RangePlanner planner{stretch(1, 30'000), ProofLevel::receipts};
    std::uint64_t later = 0;
    std::optional<PlannedRange> last;
    while (const auto plan = planner.next()) {
        later += plan->level == ProofLevel::headers ? plan->range.size() : 0;
        last = plan;
        planner.learn({plan->range.size(), 0, 0});
    }
    CHECK(last->level == ProofLevel::receipts);
    CHECK(last->range.last.value() == 30'000);
    CHECK(later >= 30'000 - RangePlanner::kWorthLater - RangePlanner::kLongestSparseRange);
}

TEST_CASE("a policy of headers needs no second pass") {
    RangePlanner planner{stretch(1, 1'000'000), ProofLevel::headers};
    planner.learn(dense(128, 128));
    while (const auto plan = planner.next()) {
        CHECK(plan->level == ProofLevel::headers);
        planner.learn(dense(plan->range.size(), 1));
    }
}

TEST_CASE("blocks that may still be replaced come with all their headers") {
    RangePlanner planner{stretch(1, 400), ProofLevel::headers, chain::BlockNumber{300}};
    while (const auto plan = planner.next()) {
        const bool may_fork = plan->range.last.value() > 300;
        CHECK((plan->headers == HeaderScope::all) == may_fork);
    }
    RangePlanner settled{stretch(1, 400), ProofLevel::headers};
    CHECK(settled.next()->headers == HeaderScope::with_logs);
}

}  // namespace redink::sync
