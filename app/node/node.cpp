#include "app/node/node.hpp"

namespace redink::node {
namespace {

std::optional<chain::BlockNumber> first_head(const NodeOptions& options) {
    return options.head ? std::optional{chain::BlockNumber{*options.head}} : std::nullopt;
}

}  // namespace

std::shared_ptr<const recording::Recording> load_recording(const NodeOptions& options) {
    auto recording = std::make_shared<recording::Recording>(
        recording::Recording::load(options.files, {options.check, options.chain_id}));
    if (options.orphans) {
        recording->load_branches(*options.orphans, options.check);
    }
    return recording;
}

Node::Node(boost::asio::io_context& context,
           std::shared_ptr<const recording::Recording> recording,
           const NodeOptions& options)
    : recording_{std::move(recording)},
      view_{*recording_, first_head(options)},
      faults_{options.faults},
      methods_{view_, faults_, options.traits},
      server_{context, methods_, faults_, options.port, options.sockets},
      clock_{context},
      delay_{options.advance} {
    if (delay_) {
        clock_.expires_after(*delay_);
        wait_for_next_step();
    }
}

chain::BlockRef Node::advance(std::uint64_t steps) {
    methods_.feed().advance(steps);
    return view_.head().ref;
}

void Node::wait_for_next_step() {
    clock_.async_wait([this](const boost::system::error_code& error) {
        if (error || !methods_.feed().advance()) {
            return;
        }
        clock_.expires_at(clock_.expiry() + *delay_);
        wait_for_next_step();
    });
}

void Node::stop() {
    server_.stop();
    clock_.cancel();
}

}  // namespace redink::node
