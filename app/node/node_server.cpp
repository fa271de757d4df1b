#include "app/node/node_server.hpp"

#include <future>
#include <thread>

#include <boost/asio/post.hpp>

#include "app/node/node.hpp"

namespace redink::node {

namespace asio = boost::asio;

class NodeServer::Impl {
  public:
    Impl(std::shared_ptr<const recording::Recording> recording, const NodeOptions& options)
        : node_{context_, std::move(recording), options}, thread_{[this] { context_.run(); }} {
    }

    ~Impl() {
        stop();
    }

    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    [[nodiscard]] const Node& node() const {
        return node_;
    }

    chain::BlockRef advance(std::uint64_t steps) {
        if (!thread_.joinable()) {
            return node_.advance(steps);  // stopped: nobody else looks
        }
        std::promise<chain::BlockRef> head;
        asio::post(context_, [&] { head.set_value(node_.advance(steps)); });
        return head.get_future().get();
    }

    void stop() {
        if (thread_.joinable()) {
            asio::post(context_, [this] { node_.stop(); });
            thread_.join();
        }
    }

  private:
    asio::io_context context_{1};
    Node node_;
    std::thread thread_;
};

NodeServer::NodeServer(const NodeOptions& options) : NodeServer{load_recording(options), options} {
}

NodeServer::NodeServer(std::shared_ptr<const recording::Recording> recording,
                       const NodeOptions& options)
    : impl_{std::make_unique<Impl>(std::move(recording), options)} {
}

NodeServer::~NodeServer() = default;

std::uint16_t NodeServer::port() const {
    return impl_->node().server().port();
}

std::string NodeServer::url() const {
    return impl_->node().server().url();
}

chain::BlockRef NodeServer::advance(std::uint64_t steps) {
    return impl_->advance(steps);
}

void NodeServer::stop() {
    impl_->stop();
}

}  // namespace redink::node
