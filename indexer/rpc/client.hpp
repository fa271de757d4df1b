#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "indexer/rpc/envelope.hpp"
#include "indexer/rpc/http_transport.hpp"
#include "indexer/rpc/retry.hpp"

namespace redink::rpc {

struct ClientOptions {
    HttpOptions http;
    RetryOptions retry;

    /// Seed of the jitter. Programs that run side by side take different ones.
    std::uint64_t seed = 1;
};

/// JSON-RPC 2.0 with one node. Failures carry the method and the endpoint's name in their text, and
/// never its path, query or credentials.
///
/// Threads: all calls run on `executor`, which must be one thread or a strand. The client outlives
/// its calls. A cancelled call closes its connection, stops its timers and ends at once, with
/// RpcErrc::cancelled or, at a later co_await, with Asio's operation_aborted.
class Client {
  public:
    Client(const asio::any_io_executor& executor, Url url, ClientOptions options = {});

    /// Calls one method. A transient failure is tried again (see is_transient); a refusal that is
    /// about the request is returned as it is, with `refusal`.
    [[nodiscard]] Task<CallResult<Answer>> call(Call call);

    /// As above; `params_json` is a JSON array.
    [[nodiscard]] Task<CallResult<Answer>> call(std::string method, std::string params_json);

    /// Calls all methods in one request; the outcomes come in the order of the calls. Calls that
    /// the node rate-limits singly are asked again, without the others. An error of the whole means
    /// that no call was answered. No calls, no request.
    [[nodiscard]] Task<CallResult<Answers>> batch(std::vector<Call> calls);

    /// scheme://host:port, for logs and errors.
    [[nodiscard]] std::string name() const {
        return transport_->url().name();
    }

    /// Requests sent so far, repetitions included.
    [[nodiscard]] std::uint64_t requests() const {
        return requests_;
    }

  private:
    enum class Shape : std::uint8_t { single, batch };
    struct Progress;

    [[nodiscard]] Task<CallResult<Answers>> run(std::vector<Call> calls, Shape shape);
    [[nodiscard]] Task<CallResult<Answers>> attempt(std::vector<Call> calls, Shape shape);
    [[nodiscard]] CallResult<Answers> settle(Reply reply,
                                             ExpectedIds ids,
                                             const std::vector<Call>& calls,
                                             Shape shape);
    [[nodiscard]] CallResult<Answers> read(Reply reply, ExpectedIds ids, Shape shape);
    [[nodiscard]] CallError explain(CallError error, const std::string& doing) const;

    std::unique_ptr<Transport> transport_;
    RetryOptions retry_;
    std::uint64_t seed_;
    DocumentParser parser_;
    std::uint64_t next_id_ = 1;
    std::uint64_t requests_ = 0;
};

}  // namespace redink::rpc
