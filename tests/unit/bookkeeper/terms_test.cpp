#include "app/bookkeeper/terms.hpp"

#include <doctest/doctest.h>

namespace redink::app {
namespace {

store::BookBlock block_at(std::uint64_t number, std::uint64_t time) {
    store::BookBlock block;
    block.stamp.number = number;
    block.stamp.time = time;
    return block;
}

store::BookTerms every(std::uint64_t seconds) {
    store::BookTerms terms;
    terms.valuation_interval = seconds;
    return terms;
}

std::vector<std::uint64_t> due(const std::vector<store::BookBlock>& blocks,
                               std::optional<std::uint64_t> valued_at,
                               const store::TermsByBlock& terms) {
    std::vector<std::uint64_t> numbers;
    for (const ledger::BlockStamp& stamp : due_blocks(blocks, valued_at, terms)) {
        numbers.push_back(stamp.number);
    }
    return numbers;
}

}  // namespace

TEST_CASE("debts are valued in the first block, and then once an interval has passed") {
    const std::vector<store::BookBlock> blocks{block_at(1, 100),
                                               block_at(2, 150),
                                               block_at(3, 199),
                                               block_at(4, 200),
                                               block_at(7, 290),
                                               block_at(8, 301)};
    const store::TermsByBlock terms{{0, every(100)}};
    CHECK(due(blocks, std::nullopt, terms) == std::vector<std::uint64_t>{1, 4, 8});
    CHECK(due(blocks, 60, terms) == std::vector<std::uint64_t>{3, 8});
    CHECK(due(blocks, 1'000, terms).empty());
    CHECK(due({}, std::nullopt, terms).empty());
}

TEST_CASE("each block goes by the interval of its own terms") {
    const std::vector<store::BookBlock> blocks{
        block_at(1, 100), block_at(2, 150), block_at(3, 200), block_at(4, 210), block_at(5, 220)};
    const store::TermsByBlock terms{{0, every(100)}, {4, every(10)}};
    CHECK(due(blocks, 100, terms) == std::vector<std::uint64_t>{3, 4, 5});
}

}  // namespace redink::app
