#pragma once

#include <memory>
#include <string>

#include "indexer/rpc/connection.hpp"
#include "indexer/rpc/task.hpp"

namespace redink::rpc {

struct HttpOptions;

/// A way to one node: one JSON-RPC body there, one answer back, with a time limit on each step.
/// Everything happens on one executor; a transport outlives its exchanges.
class Transport {
  public:
    Transport() = default;
    virtual ~Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

    [[nodiscard]] virtual Task<CallResult<Reply>> exchange(std::string body) = 0;
    [[nodiscard]] virtual const Url& url() const = 0;
};

/// The transport of the URL's scheme.
[[nodiscard]] std::unique_ptr<Transport> make_transport(const asio::any_io_executor& executor,
                                                        Url url,
                                                        HttpOptions options);

}  // namespace redink::rpc
