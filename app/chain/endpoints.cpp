#include "app/chain/endpoints.hpp"

#include <algorithm>
#include <random>

namespace redink::app {
namespace {

bool is_on_this_machine(const rpc::Url& url) {
    const std::string& host = url.host();
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

rpc::PoolOptions options_of(const ChainConfig& chain,
                            const EndpointOptions& asked,
                            const rpc::Clock& clock,
                            ChainEndpoints::OnChange on_change) {
    rpc::PoolOptions options;
    options.chain_id = chain.id;
    options.clock = &clock;
    options.client.http = asked.http;
    options.client.seed = std::random_device{}();
    options.on_change = std::move(on_change);
    // Some forty seconds of an outage before a request is given up.
    constexpr unsigned kRounds = 9;
    options.rounds = kRounds;
    // A node on this machine has no provider's limit; one that has says so.
    if (std::ranges::all_of(chain.endpoints, is_on_this_machine)) {
        options.rate.start_per_second = options.rate.most_per_second;
        options.rate.burst = options.rate.most_per_second;
    }
    return options;
}

}  // namespace

ChainEndpoints::ChainEndpoints(asio::io_context& io,
                               const ChainConfig& chain,
                               const EndpointOptions& options,
                               OnChange on_change)
    : chain_{chain},
      clock_{options.clock != nullptr ? options.clock : &real_time_},
      pool_{io.get_executor(),
            chain.endpoints,
            options_of(chain, options, *clock_, std::move(on_change))},
      reader_{pool_} {
}

std::vector<sync::HeadSocket> ChainEndpoints::sockets() const {
    std::vector<sync::HeadSocket> sockets;
    for (std::size_t i = 0; i < chain_.endpoints.size(); ++i) {
        const rpc::Url& url = chain_.endpoints[i];
        if (url.scheme() == rpc::Scheme::ws || url.scheme() == rpc::Scheme::wss) {
            sockets.push_back({i, url});
        }
    }
    return sockets;
}

Task<Result<chain::Header>> ChainEndpoints::fetch_finalized(chain::BlockNumber head) {
    co_return co_await sync::fetch_finalized(reader_, chain_.finality.depth, head);
}

}  // namespace redink::app
