#include "indexer/recording/log_index.hpp"

#include <doctest/doctest.h>

namespace redink::recording {
namespace {

chain::Address address(std::uint8_t last) {
    std::array<std::uint8_t, 20> bytes{};
    bytes.back() = last;
    return chain::Address{bytes};
}

chain::Hash32 topic(std::uint8_t last) {
    std::array<std::uint8_t, 32> bytes{};
    bytes.back() = last;
    return chain::Hash32{bytes};
}

chain::Log log_of(std::uint8_t from, const std::vector<std::uint8_t>& topics) {
    chain::Log log;
    log.address = address(from);
    for (const std::uint8_t each : topics) {
        log.topics[log.topic_count++] = topic(each);
    }
    return log;
}

/// Blocks 0 to 2 with two logs each; block 1 repeats a topic within one log.
struct Indexed {
    Indexed() {
        add(0, {log_of(1, {10}), log_of(2, {10, 20})});
        add(1, {log_of(1, {20, 20, 10}), log_of(3, {})});
        add(2, {log_of(2, {10, 30}), log_of(1, {30, 20})});
    }

    void add(std::uint32_t place, const std::vector<chain::Log>& logs) {
        RecordedBlock block;
        for (const chain::Log& log : logs) {
            block.logs.push_back(index.number(log, {}));
        }
        index.add(place, block);
        blocks.push_back(std::move(block));
    }

    [[nodiscard]] std::vector<LogPosition> find(const LogFilter& filter,
                                                std::uint32_t first = 0,
                                                std::uint32_t last = 2) const {
        const NumberedFilter numbered = index.number(filter);
        std::vector<LogPosition> found;
        const auto candidates = index.candidates(numbered, first, last);
        REQUIRE(candidates);
        for (const LogPosition& at : *candidates) {
            if (numbered.admits(blocks[at.block].logs[at.log])) {
                found.push_back(at);
            }
        }
        return found;
    }

    LogIndex index;
    std::vector<RecordedBlock> blocks;
};

using Found = std::vector<LogPosition>;

TEST_CASE("logs are found by address, in the order of the chain") {
    const Indexed chain;
    CHECK(chain.find({{address(1)}, {}}) == Found{{0, 0}, {1, 0}, {2, 1}});
    CHECK(chain.find({{address(2), address(1)}, {}}, 0, 1) == Found{{0, 0}, {0, 1}, {1, 0}});
    CHECK(chain.find({{address(9)}, {}}).empty());
    CHECK(chain.find({{address(9), address(3)}, {}}) == Found{{1, 1}});
}

TEST_CASE("topics count at their position only") {
    const Indexed chain;
    CHECK(chain.find({{}, {{{topic(10)}}}}) == Found{{0, 0}, {0, 1}, {2, 0}});
    CHECK(chain.find({{}, {{{}, {topic(20)}}}}) == Found{{0, 1}, {1, 0}, {2, 1}});
    CHECK(chain.find({{}, {{{}, {}, {topic(10)}}}}) == Found{{1, 0}});
    CHECK(chain.find({{}, {{{}, {}, {}, {topic(10)}}}}).empty());
}

TEST_CASE("a log that has several of the topics comes once") {
    const Indexed chain;
    CHECK(chain.find({{}, {{{topic(10), topic(20), topic(30)}}}}) ==
          Found{{0, 0}, {0, 1}, {1, 0}, {2, 0}, {2, 1}});
}

TEST_CASE("conditions are joined") {
    const Indexed chain;
    CHECK(chain.find({{address(1)}, {{{topic(20), topic(30)}, {topic(20)}}}}) ==
          Found{{1, 0}, {2, 1}});
    CHECK(chain.find({{address(3)}, {{{topic(10)}}}}).empty());
}

TEST_CASE("the range bounds what is found") {
    const Indexed chain;
    CHECK(chain.find({{address(1)}, {}}, 1, 1) == Found{{1, 0}});
    CHECK(chain.find({{address(1)}, {}}, 2, 2) == Found{{2, 1}});
}

TEST_CASE("without conditions there are no candidates, and all logs pass") {
    const Indexed chain;
    const NumberedFilter all = chain.index.number(LogFilter{});
    CHECK_FALSE(chain.index.candidates(all, 0, 2));
    for (const RecordedBlock& block : chain.blocks) {
        for (const RecordedLog& log : block.logs) {
            CHECK(all.admits(log));
        }
    }
}

TEST_CASE("words of logs that were numbered but not entered are known and nowhere") {
    Indexed chain;
    const RecordedLog outside = chain.index.number(log_of(77, {88}), {});
    CHECK(chain.find({{address(77)}, {}}).empty());
    CHECK(chain.find({{}, {{{topic(88)}}}}).empty());
    CHECK(chain.index.number(LogFilter{{address(77)}, {{{topic(88)}}}}).admits(outside));
}

}  // namespace
}  // namespace redink::recording
