#pragma once

#include <memory>
#include <string>

#include "app/node/options.hpp"

namespace redink::node {

/// A node on its own thread, for tests that talk to it over HTTP.
class NodeServer {
  public:
    /// Loads the recordings and listens. Throws std::runtime_error as run_node does.
    explicit NodeServer(const NodeOptions& options);

    /// Serves what is loaded already; tests share a recording.
    NodeServer(std::shared_ptr<const recording::Recording> recording, const NodeOptions& options);

    /// Stops.
    ~NodeServer();
    NodeServer(const NodeServer&) = delete;
    NodeServer& operator=(const NodeServer&) = delete;

    [[nodiscard]] std::uint16_t port() const;

    [[nodiscard]] std::string url() const;

    /// Takes up to `steps` steps of ChainView::advance() between two requests and gives the head
    /// after them.
    chain::BlockRef advance(std::uint64_t steps = 1);

    /// Ends the thread; requests on their way are answered. Does nothing the second time.
    void stop();

  private:
    class Impl;

    std::unique_ptr<Impl> impl_;
};

}  // namespace redink::node
