#include "indexer/rpc/pool/endpoint_pool.hpp"

#include <algorithm>

#include "indexer/rpc/pool/pool_request.hpp"

namespace redink::rpc {
namespace {

RetryOptions to_rounds(const PoolOptions& options) {
    RetryOptions retry = options.client.retry;
    retry.attempts = options.rounds;
    return retry;
}

PoolError to_pool_error(CallError error, std::optional<EndpointId> endpoint) {
    PoolError result;
    result.refusal_reading = read_refusal(error);
    static_cast<CallError&>(result) = std::move(error);
    result.endpoint = endpoint;
    return result;
}

}  // namespace

class EndpointPool::Impl {
  public:
    Impl(const asio::any_io_executor& executor,
         const std::vector<Url>& urls,
         const PoolOptions& options)
        : clock_{options.clock == nullptr ? own_clock_ : *options.clock},
          retry_{to_rounds(options)},
          seed_{options.client.seed} {
        const EndpointSetup setup{
            options.chain_id, options.client, options.rate, &clock_, options.on_change};
        for (const Url& url : urls) {
            endpoints_.push_back(
                std::make_unique<Endpoint>(executor, url, endpoints_.size(), setup));
        }
    }

    Task<PoolResult<PoolAnswers>> ask(std::vector<Call> calls, Need need) {
        if (calls.empty()) {
            co_return PoolAnswers{};
        }
        const PoolParts parts{endpoints_, hedge_, clock_};
        PoolRequest request{parts, Retry{retry_, ++seed_}, std::move(calls), std::move(need)};
        co_return co_await request.run();
    }

    Task<PoolResult<void>> identify();

    [[nodiscard]] Endpoint& at(EndpointId id) const {
        return *endpoints_.at(id);
    }

    [[nodiscard]] const Endpoints& endpoints() const {
        return endpoints_;
    }

    [[nodiscard]] Clock::Time now() const {
        return clock_.now();
    }

  private:
    Clock own_clock_;
    const Clock& clock_;
    RetryOptions retry_;
    std::uint64_t seed_;
    Hedge hedge_;
    Endpoints endpoints_;
};

Task<PoolResult<void>> EndpointPool::Impl::identify() {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    using Asking = decltype(asio::co_spawn(
        executor, detail::as_optional(endpoints_.front()->identify()), asio::deferred));
    std::vector<Asking> asking;
    for (const auto& endpoint : endpoints_) {
        asking.push_back(
            asio::co_spawn(executor, detail::as_optional(endpoint->identify()), asio::deferred));
    }
    if (asking.empty()) {
        co_return to_pool_error(fail(RpcErrc::no_endpoint, "no endpoint is configured"), {});
    }
    auto group = asio::experimental::make_parallel_group(std::move(asking));
    auto [order, thrown, said] =
        co_await group.async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
    bool any = false;
    std::string text;
    std::optional<PoolError> wrong;
    std::optional<PoolError> failed;
    for (const EndpointId id : order) {
        CallResult<void> known = thrown[id] ? detail::cancelled_or_rethrow(thrown[id]) : *said[id];
        if (known) {
            any = true;
            continue;
        }
        text += (text.empty() ? "" : "; ") + known.error().text;
        auto& place = known.error().is(RpcErrc::wrong_chain) ? wrong : failed;
        place = to_pool_error(known.error(), id);
    }
    if (any) {
        co_return PoolResult<void>{};
    }
    PoolError error = wrong ? *wrong : *failed;
    error.text = text;
    co_return error;
}

EndpointPool::EndpointPool(const asio::any_io_executor& executor,
                           const std::vector<Url>& endpoints,
                           PoolOptions options)
    : impl_{std::make_unique<Impl>(executor, endpoints, options)} {
}

EndpointPool::~EndpointPool() = default;

Task<PoolResult<PoolAnswers>> EndpointPool::ask(std::vector<Call> calls, Need need) {
    return impl_->ask(std::move(calls), std::move(need));
}

Task<PoolResult<void>> EndpointPool::identify() {
    return impl_->identify();
}

void EndpointPool::mark_lied(EndpointId endpoint, std::string what) {
    impl_->at(endpoint).health().on_lie(std::move(what), impl_->now());
    impl_->at(endpoint).announce();
}

void EndpointPool::mark_unfit(EndpointId endpoint, Service service, std::string why) {
    impl_->at(endpoint).health().on_unfit(service, std::move(why), impl_->now());
}

void EndpointPool::note_oldest(EndpointId endpoint, chain::BlockNumber oldest) {
    impl_->at(endpoint).health().note_oldest(oldest);
}

void EndpointPool::note_head(EndpointId endpoint, chain::BlockNumber head) {
    impl_->at(endpoint).health().note_head(head, impl_->now());
}

std::optional<std::uint64_t> EndpointPool::log_range_blocks() const {
    std::vector<EndpointId> ids = usable(Service::logs);
    const auto rests = [this](EndpointId id) {
        return impl_->at(id).health().state(impl_->now()) == EndpointState::resting;
    };
    if (!std::all_of(ids.begin(), ids.end(), rests)) {
        std::erase_if(ids, rests);
    }
    std::optional<std::uint64_t> widest;
    for (const EndpointId id : ids) {
        const auto cap = impl_->at(id).health().log_range();
        if (!cap) {
            return std::nullopt;
        }
        widest = std::max(widest.value_or(0), *cap);
    }
    return widest;
}

std::optional<chain::BlockNumber> EndpointPool::head() const {
    std::optional<chain::BlockNumber> highest;
    for (const auto& endpoint : impl_->endpoints()) {
        const EndpointHealth& health = endpoint->health();
        if (health.head() && !health.excluded(impl_->now())) {
            highest = std::max(highest.value_or(*health.head()), *health.head());
        }
    }
    return highest;
}

std::size_t EndpointPool::size() const {
    return impl_->endpoints().size();
}

std::string EndpointPool::name(EndpointId endpoint) const {
    return impl_->at(endpoint).name();
}

std::vector<EndpointStatus> EndpointPool::status() const {
    std::vector<EndpointStatus> all;
    for (const auto& endpoint : impl_->endpoints()) {
        all.push_back(endpoint->status());
    }
    return all;
}

std::vector<EndpointId> EndpointPool::usable(Service service) const {
    std::vector<EndpointId> ids;
    for (EndpointId id = 0; id < size(); ++id) {
        if (impl_->at(id).health().usable(service, impl_->now())) {
            ids.push_back(id);
        }
    }
    return ids;
}

}  // namespace redink::rpc
