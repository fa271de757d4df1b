#include "app/node/run.hpp"

#include <csignal>
#include <ostream>

#include <boost/asio/signal_set.hpp>

#include "app/node/node.hpp"

namespace redink::node {
namespace {

void report(const Node& node, const NodeOptions& options, std::ostream& out, std::ostream& err) {
    const recording::Recording& recording = node.view().recording();
    const std::size_t unreachable = node.view().unreachable_branches();
    if (unreachable > 0) {
        err << unreachable << " of " << recording.branches().size()
            << " branches will not be shown: they start below the head or inside the blocks that "
               "replace another branch. Start with a lower --head to see those.\n";
    }
    if (!options.faults.empty()) {
        err << "This node lies or fails as --fault tells it to.\n";
    }
    out << "Serving chain " << recording.chain_id() << ", blocks "
        << recording.range().first.value() << " to " << node.view().head().ref.number.value()
        << " of " << recording.range().last.value() << ", " << recording.calls().size()
        << " calls\nListening on " << node.server().url() << std::endl;
}

}  // namespace

int run_node(const NodeOptions& options, std::ostream& out, std::ostream& err) {
    boost::asio::io_context context{1};
    boost::asio::signal_set signals{context, SIGINT, SIGTERM};
    Node node{context, load_recording(options), options};
    signals.async_wait([&](const boost::system::error_code& error, int) {
        if (!error) {
            node.stop();
        }
    });
    report(node, options, out, err);
    context.run();
    return 0;
}

}  // namespace redink::node
