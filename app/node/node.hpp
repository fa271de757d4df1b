#pragma once

#include <memory>

#include <boost/asio/steady_timer.hpp>

#include "app/node/options.hpp"
#include "app/node/server.hpp"

namespace redink::node {

/// The recording of the options, with the branches. Throws std::runtime_error as Recording does.
[[nodiscard]] std::shared_ptr<const recording::Recording> load_recording(
    const NodeOptions& options);

/// All of a node: view, faults, methods, server, and the clock that moves the head. Everything
/// happens on the thread that runs the context.
class Node {
  public:
    /// Listens at once. The context must outlive it.
    Node(boost::asio::io_context& context,
         std::shared_ptr<const recording::Recording> recording,
         const NodeOptions& options);

    [[nodiscard]] const Server& server() const {
        return server_;
    }

    [[nodiscard]] const ChainView& view() const {
        return view_;
    }

    /// Takes up to `steps` steps and gives the head after them.
    chain::BlockRef advance(std::uint64_t steps);

    /// Ends the server and the clock; the context runs out of work then.
    void stop();

  private:
    void wait_for_next_step();

    std::shared_ptr<const recording::Recording> recording_;
    ChainView view_;
    Faults faults_;
    Methods methods_;
    Server server_;
    boost::asio::steady_timer clock_;
    std::optional<std::chrono::milliseconds> delay_;
};

}  // namespace redink::node
