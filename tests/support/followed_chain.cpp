#include "tests/support/followed_chain.hpp"

#include "indexer/store/migrations.hpp"

namespace redink::test {

FollowedChain::FollowedChain(const Recorded& recorded,
                             const std::vector<std::string>& endpoints,
                             const std::string& url,
                             const FollowSetup& setup)
    : config_{config_of(recorded, endpoints, url, setup.level)}, clock_{setup.speed} {
    app::ChainConfig& chain = config_.chains.front();
    chain.finality.depth = setup.finality_depth;
    chain.audit_requests_per_second = setup.audit_requests_per_second;
    database_ = std::make_unique<app::Database>(config_.database, app::DatabaseUse::create);
    database_->migrate();
    state_ = std::make_unique<app::ChainState>(
        chain.name, chain.id, std::vector<std::string>{config_.markets.front().name});
    app::FollowOptions options;
    options.stop = &stop_;
    options.endpoints.clock = &clock_;
    options.note = [this](const std::string& line) {
        const std::lock_guard lock{mutex_};
        notes_.push_back(line);
    };
    follower_ = std::make_unique<app::ChainFollower>(
        config_, config_.chains.front(), *database_, *state_, std::move(options));
    thread_ = std::thread{[this] { follower_->run(); }};
}

FollowedChain::~FollowedChain() {
    stop();
}

void FollowedChain::stop() {
    stop_ = true;
    if (thread_.joinable()) {
        thread_.join();
    }
}

bool FollowedChain::wait_until(const std::function<bool(const app::ChainHealth&)>& reached) const {
    constexpr std::chrono::seconds kPatience{60};
    constexpr std::chrono::milliseconds kLook{2};
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (!reached(state_->health())) {
        if (std::chrono::steady_clock::now() > until) {
            return false;
        }
        std::this_thread::sleep_for(kLook);
    }
    return true;
}

bool FollowedChain::wait_for(const chain::BlockRef& block) const {
    return wait_until(
        [&](const app::ChainHealth& health) { return health.markets.front().indexed == block; });
}

std::vector<std::string> FollowedChain::notes() const {
    const std::lock_guard lock{mutex_};
    return notes_;
}

}  // namespace redink::test
