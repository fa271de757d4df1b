#pragma once

#include <functional>

#include <boost/asio/io_context.hpp>

#include "app/config/config.hpp"
#include "indexer/rpc/clock.hpp"
#include "indexer/sync/finality.hpp"
#include "indexer/sync/head_feed.hpp"
#include "indexer/sync/node_reader.hpp"

namespace redink::app {

/// How endpoints are asked.
struct EndpointOptions {
    rpc::HttpOptions http;
    const rpc::Clock* clock = nullptr;  ///< outlives the endpoints; empty: real time
};

/// The endpoints of a configured chain, on one I/O thread.
class ChainEndpoints {
  public:
    using OnChange = std::function<void(const rpc::EndpointStatus&)>;

    /// `io` outlives this.
    ChainEndpoints(asio::io_context& io,
                   const ChainConfig& chain,
                   const EndpointOptions& options,
                   OnChange on_change = {});

    [[nodiscard]] rpc::EndpointPool& pool() {
        return pool_;
    }

    [[nodiscard]] sync::NodeReader& reader() {
        return reader_;
    }

    [[nodiscard]] const rpc::Clock& clock() const {
        return *clock_;
    }

    /// The endpoints that announce heads.
    [[nodiscard]] std::vector<sync::HeadSocket> sockets() const;

    /// See sync::fetch_finalized.
    [[nodiscard]] Task<Result<chain::Header>> fetch_finalized(chain::BlockNumber head);

  private:
    const ChainConfig& chain_;
    rpc::Clock real_time_;
    const rpc::Clock* clock_;
    rpc::EndpointPool pool_;
    sync::NodeReader reader_;
};

}  // namespace redink::app
