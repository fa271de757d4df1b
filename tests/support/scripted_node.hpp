#pragma once

#include <functional>
#include <optional>
#include <string>

#include "tests/support/fake_http_server.hpp"

namespace redink::tests {

/// One call as a node reads it; `params` is JSON.
struct AskedCall {
    std::uint64_t id = 0;
    std::string method;
    std::string params;
};

/// A JSON-RPC node on loopback that knows its chain and head, and answers everything else as it is
/// told. All members may change between requests.
class ScriptedNode {
  public:
    explicit ScriptedNode(asio::io_context& io);

    std::uint64_t chain_id = 1;
    std::uint64_t head = 100;

    /// The outcome of one call, as a member: `"result":...` or `"error":{...}`.
    std::function<std::string(const AskedCall&)> outcome;

    /// What happens instead to a whole request for data; the number counts them from 0.
    std::function<std::optional<Script>(const SeenRequest&, std::size_t)> trouble;

    /// The same happens to requests for chain and head.
    bool troubles_all = false;

    /// Answers of a batch come in reverse.
    bool reversed = false;

    [[nodiscard]] std::string url(const std::string& target = "/") const {
        return server_.url(target);
    }

    /// Requests that asked for more than chain and head.
    [[nodiscard]] std::size_t data_requests() const {
        return data_requests_;
    }

    /// Requests for chain and head.
    [[nodiscard]] std::size_t identifications() const {
        return server_.requests().size() - data_requests_;
    }

    [[nodiscard]] const FakeHttpServer& server() const {
        return server_;
    }

  private:
    [[nodiscard]] Script answer(const SeenRequest& request);
    [[nodiscard]] std::string answer_one(const AskedCall& call) const;

    std::size_t data_requests_ = 0;
    FakeHttpServer server_;
};

}  // namespace redink::tests
