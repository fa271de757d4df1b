#pragma once

#include <memory>
#include <string>
#include <vector>

#include "indexer/rpc/pool/endpoint_pool.hpp"
#include "tests/support/scripted_node.hpp"

namespace redink::tests {

/// Options under which pauses last milliseconds: pass the clock that runs so much faster.
[[nodiscard]] rpc::PoolOptions quick_options(const rpc::Clock& clock);

/// Some nodes, and a pool of them. Nodes may be told what to do before the pool is made, which
/// happens at the first request.
class PoolRig {
  public:
    explicit PoolRig(std::size_t nodes, unsigned speed = 1000);

    /// Whose requests are answered with data first; later answers decide by themselves.
    [[nodiscard]] rpc::PoolResult<rpc::PoolAnswers> ask(std::vector<rpc::Call> calls,
                                                        rpc::Need need = {});

    /// One plain call that prefers endpoint 0.
    [[nodiscard]] rpc::PoolResult<rpc::PoolAnswers> ask_first();

    [[nodiscard]] rpc::EndpointPool& pool();

    [[nodiscard]] rpc::EndpointStatus status(rpc::EndpointId id) {
        return pool().status().at(id);
    }

    asio::io_context io;
    rpc::Clock clock;
    rpc::PoolOptions options;
    std::vector<std::string> targets;
    std::vector<std::unique_ptr<ScriptedNode>> nodes;

  private:
    std::unique_ptr<rpc::EndpointPool> pool_;
};

/// Data that every node has.
[[nodiscard]] rpc::Call plain_call();

/// An HTTP answer.
[[nodiscard]] Script http_answer(unsigned status, std::string body = "");

/// The same trouble for every request, or for the first few.
[[nodiscard]] std::function<std::optional<Script>(const SeenRequest&, std::size_t)> always(
    Script script);
[[nodiscard]] std::function<std::optional<Script>(const SeenRequest&, std::size_t)> first_few(
    std::size_t count, Script script);

/// Every call meets this error, given as the inside of its JSON object.
[[nodiscard]] std::function<std::string(const AskedCall&)> refusing(const std::string& error);

}  // namespace redink::tests
