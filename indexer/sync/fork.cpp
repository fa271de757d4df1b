#include "indexer/sync/errc.hpp"
#include "indexer/sync/fork_search.hpp"
#include "indexer/sync/index_state.hpp"
#include "indexer/sync/market_sync.hpp"

namespace redink::sync {
namespace {

// Where no finalized block is known, a chain that changed further back than this is not the chain
// that was indexed.
constexpr std::uint64_t kMaxForkDepth = 4'096;

}  // namespace

// Where the chain leaves the stored one, everything above is taken back. A branch that is shorter
// than what is indexed is not followed: its endpoint may lag, and if the branch wins it will grow.
Task<Result<void>> MarketSync::find_fork(SyncTarget target) {
    const auto newest = writer_.load_newest(target.block.number);
    if (!newest) {
        co_return Result<void>{};
    }
    const chain::BlockRef top = *newest;
    if (cursor_ && target.block.number < cursor_->number) {
        const bool differs = top.number == target.block.number && top.hash != target.block.hash;
        const auto shorter = fail(SyncErrc::moved,
                                  "block " + std::to_string(target.block.number.value()) +
                                      " is now " + target.block.hash.hex() +
                                      ", on a branch that is shorter than what is indexed; it is "
                                      "followed once it is longer");
        co_return differs ? Result<void>{shorter} : Result<void>{};
    }
    const auto held = journal_.load_held();
    const std::uint64_t deepest =
        top.number.value() > kMaxForkDepth ? top.number.value() - kMaxForkDepth : 0;
    const chain::BlockNumber floor{held ? held->value() : deepest};
    ForkSearch search{top.number, floor};
    Asking asking;
    asking.prefer = target.endpoint;
    while (const auto window = search.next()) {
        std::vector<std::optional<chain::Hash32>> ours;
        for (chain::BlockNumber block = window->first; block <= window->last; ++block) {
            ours.push_back(writer_.load_hash(block));
        }
        const auto theirs = co_await fetch_hashes(*window, asking);
        if (!theirs) {
            co_return theirs.error();
        }
        search.learn(ours, theirs.value());
    }
    if (search.failed()) {
        co_return fail(SyncErrc::reorganised,
                       "the endpoints do not know block " + std::to_string(top.number.value()) +
                           " " + top.hash.hex() + " of market " + setup_.spec.name +
                           ", nor any block from " + std::to_string(floor.value()) + " on, which " +
                           (held ? "was finalized" : "is too deep to change") +
                           "; is it the same network? Check endpoints in redink.toml, or index "
                           "into another database if the network was restarted");
    }
    if (*search.fork() != top.number) {
        if (auto rolled = writer_.roll_back(*search.fork(), target.block); !rolled) {
            co_return rolled.error();
        }
        cursor_ = writer_.load_cursor();
        stale_ = true;
    }
    co_return Result<void>{};
}

Task<Result<std::vector<std::optional<chain::Hash32>>>> MarketSync::fetch_hashes(
    chain::BlockRange window, Asking& asking) {
    std::vector<chain::BlockNumber> blocks;
    for (chain::BlockNumber block = window.first; block <= window.last; ++block) {
        blocks.push_back(block);
    }
    const auto headers = co_await reader_.fetch_headers(std::move(blocks), asking);
    if (!headers) {
        co_return headers.error();
    }
    std::vector<std::optional<chain::Hash32>> hashes;
    for (const From<chain::Header>& header : headers.value()) {
        hashes.emplace_back(header.value.hash);
    }
    co_return hashes;
}

}  // namespace redink::sync
