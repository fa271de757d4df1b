#include "indexer/sync/market_sync.hpp"

#include "indexer/sync/errc.hpp"
#include "indexer/sync/stored_market.hpp"

namespace redink::sync {
namespace {

// A chain that changed further back than this is not the chain that was indexed.
constexpr std::uint64_t kMaxForkDepth = 4'096;

}  // namespace

Task<Result<void>> check_chain(NodeReader& reader, std::string chain, std::uint64_t chain_id) {
    const auto id = co_await reader.fetch_chain_id();
    if (!id) {
        co_return id.error();
    }
    if (id.value() != chain_id) {
        co_return fail(SyncErrc::wrong_chain,
                       "endpoint " + reader.name() + " serves chain id " +
                           std::to_string(id.value()) + ", but chain \"" + chain +
                           "\" is configured with id " + std::to_string(chain_id) +
                           "; correct endpoints or id in redink.toml");
    }
    co_return Result<void>{};
}

MarketSync::MarketSync(SyncSetup setup,
                       store::Connection& connection,
                       NodeReader& reader,
                       asio::thread_pool& pool)
    : setup_{std::move(setup)},
      connection_{connection},
      reader_{reader},
      pool_{pool},
      registry_{connection},
      writer_{connection, setup_.market} {
}

Task<Result<SyncOutcome>> MarketSync::run() {
    endpoint_ = registry_.register_endpoint(setup_.market.chain_id, reader_.name());
    const auto target = co_await reader_.fetch_header(setup_.to);
    if (!target) {
        co_return target.error();
    }
    target_ = target.value().ref();
    cursor_ = writer_.load_cursor();
    if (auto found = co_await find_fork(); !found) {
        co_return found.error();
    }
    if (setup_.market.adapter_version != setup_.protocol->adapter_version() && cursor_) {
        if (auto derived = derive_again(); !derived) {
            co_return derived.error();
        }
    }
    if (target_.number < setup_.spec.from_block) {
        co_return fail(SyncErrc::configuration,
                       "market " + setup_.spec.name + " starts at block " +
                           std::to_string(setup_.spec.from_block.value()) + ", after block " +
                           std::to_string(target_.number.value()) +
                           " that is to be reached; lower from_block or raise --to");
    }
    if (cursor_ && cursor_->number >= target_.number) {
        co_return SyncOutcome{*cursor_, 0, 0, false};
    }
    if (auto discovered = co_await discover(); !discovered) {
        co_return discovered.error();
    }
    if (is_stopped()) {
        co_return SyncOutcome{cursor_.value_or(chain::BlockRef{}), 0, 0, true};
    }
    co_return co_await index();
}

// Where the node's chain leaves the indexed one, everything above is taken back.
Task<Result<void>> MarketSync::find_fork() {
    if (!cursor_) {
        co_return Result<void>{};
    }
    const chain::BlockNumber top = cursor_->number;
    for (chain::BlockNumber block = top; top - block < kMaxForkDepth; block = block - 1) {
        const auto ours = writer_.load_hash(block);
        if (ours) {
            const auto theirs = co_await reader_.fetch_header(block);
            if (!theirs) {
                co_return theirs.error();
            }
            if (theirs.value().hash == *ours) {
                if (block != top) {
                    const auto head =
                        target_.number > block ? std::optional{target_} : std::nullopt;
                    if (auto back = writer_.roll_back(block, head); !back) {
                        co_return back.error();
                    }
                    cursor_ = writer_.load_cursor();
                }
                co_return Result<void>{};
            }
        }
        if (block <= setup_.spec.from_block) {
            break;
        }
    }
    co_return fail(SyncErrc::reorganised,
                   "endpoint " + reader_.name() + " does not know block " +
                       std::to_string(top.value()) + " " + cursor_->hash.hex() + " of market " +
                       setup_.spec.name + ", nor any of the " + std::to_string(kMaxForkDepth) +
                       " blocks before it; is it the same network? Index into another database "
                       "if the network was restarted");
}

Result<std::unique_ptr<protocols::Market>> MarketSync::open_market() {
    return open_stored_market(registry_, *setup_.protocol, setup_.spec, setup_.market.id);
}

Result<void> MarketSync::derive_again() {
    auto market = open_market();
    if (!market) {
        return market.error();
    }
    store::Connection facts = setup_.connect();
    const auto blocks =
        rebuild_market(setup_.market, std::move(market.value()), facts, connection_, setup_.report);
    if (!blocks) {
        return blocks.error();
    }
    writer_.save_adapter_version(setup_.protocol->adapter_version());
    return {};
}

bool MarketSync::is_stopped() const {
    return setup_.stop != nullptr && setup_.stop->load();
}

void MarketSync::report(const std::string& phase, std::uint64_t done, std::uint64_t logs) const {
    if (setup_.report) {
        const chain::BlockNumber first = setup_.spec.from_block;
        setup_.report({setup_.spec.name, phase, first.value(), target_.number.value(), done, logs});
    }
}

}  // namespace redink::sync
