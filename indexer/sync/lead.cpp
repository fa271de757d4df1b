#include <algorithm>

#include "indexer/protocols/errc.hpp"
#include "indexer/store/fact_reader.hpp"
#include "indexer/store/lease_book.hpp"
#include "indexer/sync/errc.hpp"
#include "indexer/sync/index_state.hpp"
#include "indexer/sync/market_sync.hpp"

namespace redink::sync {
namespace {

// How long to wait for others to fetch what comes next.
constexpr std::chrono::milliseconds kLook{50};

std::vector<BlockLogs> blocks_of(const std::vector<store::StoredBlock>& stored, bool proved) {
    std::vector<BlockLogs> blocks;
    for (const store::StoredBlock& block : stored) {
        blocks.push_back({block.header.number, block.header.timestamp, proved, block.logs});
    }
    return blocks;
}

}  // namespace

Task<Result<SyncOutcome>> MarketSync::lead(SyncTarget target) {
    if (auto opened = open(); !opened) {
        co_return opened.error();
    }
    target_ = target;
    if (cursor_) {
        if (auto found = co_await find_fork(target); !found) {
            co_return found.error();
        }
    }
    const std::uint64_t before = cursor_ ? cursor_->number.value() + 1 : 0;
    if (!cursor_ || cursor_->number < target.block.number) {
        if (auto discovered = co_await discover(target.block.number); !discovered) {
            co_return discovered.error();
        }
    }
    store::LeaseBook{connection_, setup_.market}.announce(target.block);
    while (!is_stopped() && (!cursor_ || cursor_->number < target.block.number)) {
        const auto derived = co_await derive_stored();
        if (!derived) {
            co_return derived.error();
        }
        if (!derived.value()) {
            asio::steady_timer timer{co_await asio::this_coro::executor, kLook};
            co_await timer.async_wait(asio::use_awaitable);
        }
    }
    SyncOutcome outcome;
    outcome.head = cursor_.value_or(chain::BlockRef{});
    outcome.blocks =
        cursor_ ? cursor_->number.value() + 1 - std::max(before, setup_.spec.from_block.value())
                : 0;
    outcome.stopped = !cursor_ || cursor_->number < target.block.number;
    co_return outcome;
}

// The last block up to which every source has its facts, and whose blocks link.
Result<std::optional<chain::BlockRef>> MarketSync::find_derivable() {
    std::optional<chain::BlockNumber> covered;
    for (const store::SourceRecord& source : registry_.load_sources(setup_.market.id)) {
        const auto to = writer_.load_covered(source.id);
        if (!to) {
            return std::optional<chain::BlockRef>{};
        }
        covered = covered ? std::min(*covered, *to) : *to;
    }
    const chain::BlockNumber last =
        std::min(covered.value_or(chain::BlockNumber{}), target_.block.number);
    if (!covered || (cursor_ && last <= cursor_->number)) {
        return std::optional<chain::BlockRef>{};
    }
    const chain::BlockNumber first = cursor_ ? cursor_->number : setup_.spec.from_block;
    const chain::BlockRange range{first, last};
    if (const auto broken = writer_.find_broken_link(range)) {
        return fail(SyncErrc::moved,
                    "block " + std::to_string(broken->value()) +
                        " does not link to the block before it: two workers read two branches");
    }
    return writer_.load_newest(last);
}

Task<Result<bool>> MarketSync::derive_stored() {
    const auto to = find_derivable();
    if (!to) {
        co_return to.error();
    }
    if (!to.value()) {
        co_return false;
    }
    if (auto ready = prepare_indexing(); !ready) {
        co_return ready.error();
    }
    const chain::BlockRef last = *to.value();
    const chain::BlockNumber first = cursor_ ? cursor_->number + 1 : setup_.spec.from_block;
    const auto contracts = indexing_->filter.addresses();
    const chain::BlockRange range{first, last.number};
    store::FactReader stored{connection_, setup_.market, contracts, range};
    enter(Stage::write);
    while (!is_stopped()) {
        std::vector<store::StoredBlock> piece = stored.load_next();
        const bool at_end = piece.empty();
        chain::BlockRef head = last;
        if (!at_end) {
            head = {piece.back().header.number, piece.back().header.hash};
        }
        if (auto derived = co_await derive_piece(std::move(piece), head); !derived) {
            stale_ = true;
            const bool again = derived.error().code == make_error_code(SyncErrc::found_contracts);
            if (!again) {
                co_return derived.error();
            }
            // The new contract's logs are fetched for all blocks, as a source of its own.
            if (auto found = co_await discover(target_.block.number); !found) {
                co_return found.error();
            }
            co_return true;
        }
        cursor_ = head;
        if (setup_.committed) {
            setup_.committed(head, 0);
        }
        report("derive", head.number.value(), 0);
        if (at_end) {
            break;
        }
    }
    co_return true;
}

// What contradicts is settled by receipts, as in a run of its own.
Task<Result<void>> MarketSync::derive_piece(std::vector<store::StoredBlock> piece,
                                            chain::BlockRef head) {
    RangeCommitter& committer = indexing_->committer;
    const auto commit = [&](bool proved) {
        return committer.commit_stored(blocks_of(piece, proved), cursor_, head);
    };
    const auto first = [&commit] { return commit(false); };
    auto done = co_await rpc::run_blocking(pool_, first);
    if (done || done.error().code != make_error_code(protocols::ProtocolErrc::contradiction)) {
        if (!done && done.error().code == make_error_code(SyncErrc::found_contracts)) {
            registry_.save_contracts(setup_.market.id, committer.contracts());
        }
        co_return done;
    }
    store::WeakRange weak;
    weak.range = {piece.front().header.number, piece.back().header.number};
    weak.contracts = indexing_->filter.addresses();
    weak.sources = indexing_->sources;
    auto raised = co_await raise_range(std::move(weak), ProofLevel::receipts);
    if (!raised) {
        co_return raised.error();
    }
    store::FactReader again{
        connection_,
        setup_.market,
        indexing_->filter.addresses(),
        chain::BlockRange{piece.front().header.number, piece.back().header.number}};
    piece.clear();
    for (auto next = again.load_next(); !next.empty(); next = again.load_next()) {
        std::ranges::move(next, std::back_inserter(piece));
    }
    const auto second = [&]() -> Result<void> {
        auto loaded = committer.load();
        return loaded ? commit(true) : loaded;
    };
    co_return co_await rpc::run_blocking(pool_, second);
}

}  // namespace redink::sync
