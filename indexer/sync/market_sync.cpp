#include "indexer/sync/market_sync.hpp"

#include "indexer/sync/errc.hpp"
#include "indexer/sync/index_state.hpp"
#include "indexer/sync/rebuild.hpp"
#include "indexer/sync/stored_market.hpp"

namespace redink::sync {
namespace {

// A chain that moves so often under one call is not followed any further in this call.
constexpr int kMostMoves = 16;

}  // namespace

MarketSync::MarketSync(SyncSetup setup,
                       store::Connection& connection,
                       NodeReader& reader,
                       asio::thread_pool& pool)
    : setup_{std::move(setup)},
      connection_{connection},
      reader_{reader},
      pool_{pool},
      registry_{connection},
      writer_{connection, setup_.market},
      journal_{connection, setup_.market.chain_id} {
}

MarketSync::~MarketSync() = default;

Result<void> MarketSync::open() {
    if (opened_) {
        return {};
    }
    cursor_ = writer_.load_cursor();
    const auto stored = registry_.find_market(setup_.market.name);
    if (cursor_ && stored->adapter_version != setup_.protocol->adapter_version()) {
        if (auto derived = derive_again(); !derived) {
            return derived;
        }
    }
    opened_ = true;
    return {};
}

Task<Result<SyncOutcome>> MarketSync::advance(SyncTarget target) {
    enter(Stage::fetch);
    if (auto opened = open(); !opened) {
        co_return opened.error();
    }
    if (target.block.number < setup_.spec.from_block) {
        co_return fail(SyncErrc::configuration,
                       "market " + setup_.spec.name + " starts at block " +
                           std::to_string(setup_.spec.from_block.value()) + ", after block " +
                           std::to_string(target.block.number.value()) +
                           " that is to be reached; lower from_block or raise --to");
    }
    auto outcome = co_await go_on(target);
    save_lies();
    enter(Stage::idle);
    co_return outcome;
}

Task<Result<SyncOutcome>> MarketSync::go_on(SyncTarget target) {
    target_ = target;
    SyncOutcome outcome;
    std::optional<chain::BlockRef> before = cursor_;
    for (int moves = 0;; ++moves) {
        // Another market of the chain may have taken all of them back.
        if (const auto stored = writer_.load_cursor(); stored != cursor_) {
            cursor_ = stored;
            stale_ = true;
        }
        // A following block links to the cursor by itself; anything else is looked for.
        const bool behind = cursor_ && target.block.number <= cursor_->number;
        if (!checked_fork_ || behind || moves > 0) {
            if (auto found = co_await find_fork(target); !found) {
                co_return found.error();
            }
            checked_fork_ = true;
        }
        if (cursor_ && cursor_->number >= target.block.number) {
            break;
        }
        auto step = co_await index(outcome);
        if (!step) {
            co_return step.error();
        }
        if (step.value().kind == Step::Kind::done) {
            break;
        }
        if (before != cursor_) {
            before = cursor_;
            moves = 0;
        }
        if (moves == kMostMoves) {
            co_return fail(SyncErrc::moved,
                           "the chain changed " + std::to_string(kMostMoves) +
                               " times while it was read; run again");
        }
    }
    outcome.head = cursor_.value_or(chain::BlockRef{});
    outcome.stopped = is_stopped() && (!cursor_ || cursor_->number < target.block.number);
    co_return outcome;
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
    stale_ = true;
    return {};
}

bool MarketSync::is_stopped() const {
    return setup_.stop != nullptr && setup_.stop->load();
}

void MarketSync::enter(Stage stage) const {
    if (setup_.enter) {
        setup_.enter(stage);
    }
}

void MarketSync::report(const std::string& phase, std::uint64_t done, std::uint64_t logs) const {
    if (setup_.report) {
        const chain::BlockNumber first = setup_.spec.from_block;
        setup_.report(
            {setup_.spec.name, phase, first.value(), target_.block.number.value(), done, logs});
    }
}

void MarketSync::note_lie(const EndpointLie& lie) {
    lies_.push_back(lie);
}

// Only while no commit is under way: it has the connection.
void MarketSync::save_lies() {
    for (const EndpointLie& lie : lies_) {
        journal_.save_endpoint_fault(endpoint_row(lie.endpoint), lie.range.first, lie.text);
    }
    lies_.clear();
}

std::int32_t MarketSync::endpoint_row(rpc::EndpointId endpoint) {
    const auto known = endpoint_rows_.find(endpoint);
    if (known != endpoint_rows_.end()) {
        return known->second;
    }
    const std::string name = reader_.pool().name(endpoint);
    const std::int32_t row = registry_.register_endpoint(setup_.market.chain_id, name);
    endpoint_rows_.emplace(endpoint, row);
    return row;
}

}  // namespace redink::sync
