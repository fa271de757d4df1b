#include "app/chain/chain_state.hpp"

namespace redink::app {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Latencies kept between two looks.
constexpr std::size_t kMostLatencies = 10'000;

}  // namespace

ChainState::ChainState(std::string name,
                       std::uint64_t id,
                       const std::vector<std::string>& markets) {
    chain_.name = std::move(name);
    chain_.id = id;
    for (const std::string& market : markets) {
        markets_[market].health.name = market;
    }
}

void ChainState::set_head(chain::BlockNumber head, std::string way) {
    const std::lock_guard lock{mutex_};
    chain_.head = head;
    chain_.heads = std::move(way);
}

void ChainState::set_finalized(const chain::BlockRef& finalized) {
    const std::lock_guard lock{mutex_};
    chain_.finalized = finalized;
}

void ChainState::set_endpoints(std::vector<rpc::EndpointStatus> endpoints) {
    const std::lock_guard lock{mutex_};
    chain_.endpoints = std::move(endpoints);
}

void ChainState::set_trouble(const std::string& trouble) {
    const std::lock_guard lock{mutex_};
    chain_.trouble = trouble;
}

void ChainState::stop(const std::string& why) {
    const std::lock_guard lock{mutex_};
    chain_.trouble = why;
    chain_.has_stopped = true;
}

void ChainState::count_restart() {
    const std::lock_guard lock{mutex_};
    ++chain_.restarts;
}

void ChainState::enter(const std::string& market, sync::Stage stage) {
    const std::lock_guard lock{mutex_};
    markets_.at(market).watch.enter(stage, SteadyClock::now());
}

void ChainState::add_indexed(const std::string& market,
                             const chain::BlockRef& block,
                             std::uint64_t logs) {
    const std::lock_guard lock{mutex_};
    Tracked& tracked = markets_.at(market);
    tracked.health.indexed = block;
    tracked.health.logs += logs;
    tracked.watch.on_progress(SteadyClock::now());
}

void ChainState::set_booked(const std::string& market,
                            const std::optional<chain::BlockRef>& block,
                            const std::string& halt) {
    const std::lock_guard lock{mutex_};
    markets_.at(market).health.booked = block;
    markets_.at(market).health.books_halt = halt;
}

void ChainState::set_market_trouble(const std::string& market, const std::string& trouble) {
    const std::lock_guard lock{mutex_};
    markets_.at(market).health.trouble = trouble;
}

void ChainState::stop_market(const std::string& market, const std::string& why) {
    const std::lock_guard lock{mutex_};
    Tracked& tracked = markets_.at(market);
    tracked.health.trouble = why;
    tracked.health.has_stopped = true;
    tracked.watch.enter(sync::Stage::idle, SteadyClock::now());
}

void ChainState::add_head_to_commit(const std::string& market, std::chrono::microseconds passed) {
    const std::lock_guard lock{mutex_};
    std::vector<double>& kept = markets_.at(market).health.head_to_commit_ms;
    if (kept.size() < kMostLatencies) {
        kept.push_back(std::chrono::duration<double, std::milli>(passed).count());
    }
}

ChainHealth ChainState::collect() const {
    ChainHealth all = chain_;
    const auto now = SteadyClock::now();
    for (const auto& [name, tracked] : markets_) {
        MarketHealth market = tracked.health;
        market.stage = market.has_stopped ? "stopped" : tracked.watch.judge(now);
        market.is_stalled = tracked.watch.is_stalled(now);
        market.fetching = tracked.watch.spent(sync::Stage::fetch, now);
        market.writing = tracked.watch.spent(sync::Stage::write, now);
        all.markets.push_back(std::move(market));
    }
    return all;
}

ChainHealth ChainState::take_health() {
    const std::lock_guard lock{mutex_};
    ChainHealth all = collect();
    for (auto& [name, tracked] : markets_) {
        tracked.health.head_to_commit_ms.clear();
    }
    return all;
}

ChainHealth ChainState::health() const {
    const std::lock_guard lock{mutex_};
    return collect();
}

}  // namespace redink::app
