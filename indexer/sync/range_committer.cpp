#include "indexer/sync/range_committer.hpp"

#include "indexer/sync/errc.hpp"

namespace redink::sync {
namespace {

std::vector<BlockLogs> blocks_of(const ProvedRange& range) {
    std::vector<BlockLogs> blocks;
    const std::span<const chain::Log> logs = range.answer.logs;
    std::size_t header = 0;
    for (std::size_t at = 0; at < logs.size();) {
        const chain::BlockNumber number = logs[at].block;
        std::size_t end = at;
        while (end < logs.size() && logs[end].block == number) {
            ++end;
        }
        while (range.answer.headers[header].number < number) {
            ++header;
        }
        blocks.push_back({number,
                          range.answer.headers[header].timestamp,
                          range.settled.contains(number),
                          logs.subspan(at, end - at)});
        at = end;
    }
    return blocks;
}

}  // namespace

Result<void> RangeCommitter::load() {
    auto market = open_();
    if (!market) {
        return market.error();
    }
    contracts_ = market.value()->contracts().size();
    deriver_.emplace(std::move(market.value()), reader_, max_positions_);
    return {};
}

Result<rows::Batch> RangeCommitter::derive(std::span<const BlockLogs> blocks) {
    const auto load = [this](const std::vector<rows::PositionKey>& keys) {
        return reader_.load_positions(keys);
    };
    auto batch = deriver_->apply(blocks, load);
    if (!batch) {
        return batch;
    }
    const std::vector<rows::Contract> now = contracts();
    if (now.size() != contracts_) {
        return fail(SyncErrc::found_contracts,
                    "the search for contracts left out the log that names " + now.back().role +
                        " " + now.back().address.hex());
    }
    return batch;
}

Result<void> RangeCommitter::commit(const ProvedRange& range,
                                    const std::optional<chain::BlockRef>& cursor,
                                    const store::RangeFacts& facts) {
    const auto batch = derive(blocks_of(range));
    if (!batch) {
        return batch.error();
    }
    writer_.commit(cursor, facts, batch.value(), range.answer.headers.back().ref());
    return {};
}

Result<void> RangeCommitter::commit_stored(std::span<const BlockLogs> blocks,
                                           const std::optional<chain::BlockRef>& cursor,
                                           const chain::BlockRef& head) {
    const auto batch = derive(blocks);
    if (!batch) {
        return batch.error();
    }
    writer_.commit_derived(cursor, batch.value(), head);
    return {};
}

std::vector<rows::Contract> RangeCommitter::contracts() const {
    return deriver_->market().contracts();
}

}  // namespace redink::sync
