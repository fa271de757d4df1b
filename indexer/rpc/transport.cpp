#include "indexer/rpc/transport.hpp"

#include "indexer/rpc/http_transport.hpp"

namespace redink::rpc {

std::unique_ptr<Transport> make_transport(const asio::any_io_executor& executor,
                                          Url url,
                                          HttpOptions options) {
    if (url.is_websocket()) {
        return std::make_unique<WsTransport>(executor, std::move(url), std::move(options));
    }
    return std::make_unique<HttpTransport>(executor, std::move(url), std::move(options));
}

}  // namespace redink::rpc
