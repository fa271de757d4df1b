#include "app/node/chain_view.hpp"

#include <doctest/doctest.h>

#include "tests/unit/node/recorded_node.hpp"

namespace redink::node {
namespace {

using recording::RecordedBlock;
using test::RecordedNode;

/// Fails unless the visible blocks link, and are found by number and by hash.
void check_links(const ChainView& view) {
    const std::uint64_t head = view.head().ref.number.value();
    chain::Hash32 expected = view.head().ref.hash;
    for (std::uint64_t back = 0; back <= std::min<std::uint64_t>(head, 12); ++back) {
        const RecordedBlock* block = view.find(chain::BlockNumber{head - back});
        REQUIRE(block != nullptr);
        REQUIRE(block->ref.hash == expected);
        REQUIRE(view.find(block->ref.hash) == block);
        expected = block->parent_hash;
    }
    REQUIRE(view.find(chain::BlockNumber{head + 1}) == nullptr);
}

TEST_CASE("every branch is seen whole, the chain always links, and the end is canonical") {
    for (const std::string name : {"aave-v3", "aave-v30"}) {
        CAPTURE(name);
        const auto recording = test::recorded(name);
        ChainView view{*recording, chain::BlockNumber{0}};
        CHECK(view.unreachable_branches() == 0);
        std::size_t seen = 0;
        std::size_t replaced = 0;
        chain::BlockNumber before = view.head().ref.number;
        bool was_branch = false;
        while (view.advance()) {
            check_links(view);
            const RecordedBlock& head = view.head();
            const bool is_branch = !view.is_canonical(head);
            seen += is_branch ? 1U : 0U;
            replaced += was_branch && !is_branch ? 1U : 0U;
            // One block more, also when a branch is replaced.
            REQUIRE(head.ref.number == before + 1);
            before = head.ref.number;
            was_branch = is_branch;
        }
        std::size_t expected = 0;
        for (const recording::Branch& branch : recording->branches()) {
            expected += branch.blocks.size();
            for (const RecordedBlock& block : branch.blocks) {
                CHECK(view.find(block.ref.hash) == nullptr);
            }
        }
        CHECK(seen == expected);
        CHECK(replaced == recording->branches().size());
        CHECK(view.head().ref == recording->blocks().back().ref);
        CHECK_FALSE(view.advance());
    }
}

TEST_CASE("logs and receipts of a branch are there while it is shown, and gone afterwards") {
    RecordedNode node{{}, 471};
    const recording::Branch& branch = node.recording().branches()[1];
    REQUIRE(branch.parent == chain::BlockNumber{471});
    REQUIRE(branch.blocks.size() == 4);
    const auto logs = [&] {
        return node.result("eth_getLogs", R"([{"fromBlock":"0x1d7","toBlock":"latest"}])");
    };
    for (const RecordedBlock& block : branch.blocks) {
        node.result("redink_advance");
        const nlohmann::json found = logs();
        std::size_t own = 0;
        for (const auto& log : found) {
            own += log["blockHash"] == block.ref.hash.hex() ? 1U : 0U;
        }
        CHECK(own == block.logs.size());
        const std::string hash = "[\"" + block.ref.hash.hex() + "\"]";
        CHECK(node.result("eth_getBlockReceipts", hash).size() == block.receipts.size());
    }
    const RecordedBlock& block = branch.blocks.front();
    const std::string by_hash = R"([{"blockHash":")" + block.ref.hash.hex() + R"("}])";
    CHECK(node.result("eth_getLogs", by_hash).size() == block.logs.size());
    for (const auto& receipt : block.receipts) {
        const auto found =
            node.result("eth_getTransactionReceipt", "[\"" + receipt.txn_hash.hex() + "\"]");
        CHECK(found["blockHash"] == block.ref.hash.hex());
    }
    // No call was recorded on a branch, although there may be one for that number.
    const std::string call = R"([{"to":"0xcafac3dd18ac6c6e92c921884f9e4176737c052c","data":"0x"}])";
    CHECK(node.error("eth_call", call).find("missing trie node") != std::string::npos);

    CHECK(node.result("redink_advance") == "0x1dc");
    CHECK(node.error("eth_getLogs", by_hash) == "-32000 unknown block");
    CHECK(node.result("eth_getBlockByHash", "[\"" + block.ref.hash.hex() + "\",false]").is_null());
    for (const auto& log : logs()) {
        const auto number = chain::parse_quantity(log["blockNumber"].get<std::string>());
        CHECK(log["blockHash"] ==
              node.recording().find(chain::BlockNumber{*number})->ref.hash.hex());
    }
}

TEST_CASE("branches below the first head are not reachable") {
    const auto recording = test::recorded("aave-v3");
    CHECK(ChainView{*recording}.unreachable_branches() == 6);
    CHECK(ChainView{*recording, chain::BlockNumber{174}}.unreachable_branches() == 0);
    CHECK(ChainView{*recording, chain::BlockNumber{175}}.unreachable_branches() == 1);
}

TEST_CASE("a head outside the recording is refused") {
    const auto recording = test::recorded("aave-v3");
    CHECK_THROWS_WITH_AS((ChainView{*recording, chain::BlockNumber{719}}),
                         "the head 719 is not in the recording; it holds blocks 0 to 718",
                         std::runtime_error);
}

TEST_CASE("a lagging view hides its last blocks everywhere, also within a branch") {
    const auto recording = test::recorded("aave-v3");
    ChainView view{*recording, chain::BlockNumber{471}};
    view.advance();
    view.advance();
    const RecordedBlock& tip = view.head();
    const RecordedBlock& below = *view.find(tip.parent_hash);
    view.set_lag(1);
    CHECK(&view.head() == &below);
    CHECK(view.find(tip.ref.hash) == nullptr);
    CHECK(view.find(tip.ref.number) == nullptr);
    CHECK_FALSE(view.find_receipt(tip.receipts.front().txn_hash));
    check_links(view);
    view.set_lag(3);
    CHECK(view.head().ref.number == chain::BlockNumber{470});
    check_links(view);
    view.set_lag(10'000);
    CHECK(view.head().ref.number == chain::BlockNumber{0});
}

}  // namespace
}  // namespace redink::node
