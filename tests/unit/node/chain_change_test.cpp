#include "app/node/chain_change.hpp"

#include "tests/unit/node/recorded_node.hpp"

namespace redink::node {
namespace {

using recording::RecordedBlock;

constexpr std::uint64_t kParent = 174;  // the first branch of this chain starts above

std::vector<std::uint64_t> numbers(const std::vector<const RecordedBlock*>& blocks) {
    std::vector<std::uint64_t> all;
    for (const RecordedBlock* block : blocks) {
        all.push_back(block->ref.number.value());
    }
    return all;
}

TEST_CASE("a new block is told once") {
    const auto recording = test::recorded("aave-v3");
    ChainView view{*recording, chain::BlockNumber{10}};
    ChangeTracker tracker{view};
    CHECK(tracker.follow(view).added.empty());
    CHECK(view.advance());
    const ChainChange change = tracker.follow(view);
    CHECK(numbers(change.added) == std::vector<std::uint64_t>{11});
    CHECK(change.removed.empty());
    CHECK(tracker.follow(view).added.empty());
}

TEST_CASE("several steps are told in order") {
    const auto recording = test::recorded("aave-v3");
    ChainView view{*recording, chain::BlockNumber{10}};
    ChangeTracker tracker{view};
    for (int i = 0; i < 3; ++i) {
        CHECK(view.advance());
    }
    CHECK(numbers(tracker.follow(view).added) == std::vector<std::uint64_t>{11, 12, 13});
}

TEST_CASE("replaced blocks are told as removed, the newest first, and then the new ones") {
    const auto recording = test::recorded("aave-v3");
    const recording::Branch& branch = recording->branches().front();
    REQUIRE(branch.parent == chain::BlockNumber{kParent});
    ChainView view{*recording, branch.parent};
    ChangeTracker tracker{view};
    std::vector<const RecordedBlock*> shown;
    ChainChange change;
    while (change.removed.empty()) {
        CHECK(view.advance());
        change = tracker.follow(view);
        if (change.removed.empty()) {
            shown.insert(shown.end(), change.added.begin(), change.added.end());
        }
    }
    REQUIRE(shown.size() == branch.blocks.size());
    std::reverse(shown.begin(), shown.end());
    CHECK(change.removed == shown);
    CHECK(change.added.front() == recording->find(branch.parent + 1));
    CHECK(change.added.back() == &view.head());
}

TEST_CASE("over a whole recording what was told and not removed is the chain") {
    for (const char* name : {"aave-v3", "aave-v30"}) {
        CAPTURE(name);
        const auto recording = test::recorded(name);
        for (const std::uint64_t lag : {0U, 2U}) {
            CAPTURE(lag);
            ChainView view{*recording, recording->range().first};
            view.set_lag(lag);
            ChangeTracker tracker{view};
            std::vector<const RecordedBlock*> told{&view.head()};
            do {
                const ChainChange change = tracker.follow(view);
                for (const RecordedBlock* block : change.removed) {
                    REQUIRE(told.back() == block);
                    told.pop_back();
                }
                for (const RecordedBlock* block : change.added) {
                    REQUIRE(block->parent_hash == told.back()->ref.hash);
                    told.push_back(block);
                }
            } while (view.advance());
            CHECK(told.back() == &view.head());
        }
    }
}

TEST_CASE("a tracker that starts on a branch knows what can be replaced") {
    const auto recording = test::recorded("aave-v3");
    const recording::Branch& branch = recording->branches().front();
    ChainView view{*recording, branch.parent};
    for (std::size_t i = 0; i < branch.blocks.size(); ++i) {
        CHECK(view.advance());
    }
    ChangeTracker tracker{view};
    CHECK(view.advance());
    const ChainChange change = tracker.follow(view);
    CHECK(change.removed.size() == branch.blocks.size());
    CHECK(change.removed.back() == &branch.blocks.front());
}

TEST_CASE("a lag that comes and goes removes nothing") {
    const auto recording = test::recorded("aave-v3");
    const recording::Branch& branch = recording->branches().front();
    ChainView view{*recording, branch.parent};
    ChangeTracker tracker{view};
    CHECK(view.advance());
    CHECK(tracker.follow(view).added.size() == 1);
    view.set_lag(5);
    CHECK(tracker.follow(view).removed.empty());
    view.set_lag(0);
    CHECK(tracker.follow(view).added.empty());
}

}  // namespace
}  // namespace redink::node
