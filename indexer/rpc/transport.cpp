#include "indexer/rpc/transport.hpp"

#include "indexer/rpc/http_transport.hpp"

namespace redink::rpc {

std::unique_ptr<Transport> make_transport(const asio::any_io_executor& executor,
                                          Url url,
                                          HttpOptions options) {
    return std::make_unique<HttpTransport>(executor, std::move(url), std::move(options));
}

}  // namespace redink::rpc
