#include "indexer/rpc/errc.hpp"

namespace redink::rpc {
namespace {

const char* describe(RpcErrc code) {
    switch (code) {
        case RpcErrc::deadline:
            return "no answer in time";
        case RpcErrc::cancelled:
            return "cancelled";
        case RpcErrc::busy:
            return "every connection is busy";
        case RpcErrc::connect:
            return "cannot connect";
        case RpcErrc::tls:
            return "TLS refused";
        case RpcErrc::stale:
            return "kept connection was closed";
        case RpcErrc::broken:
            return "connection broke";
        case RpcErrc::http_status:
            return "unexpected HTTP status";
        case RpcErrc::rate_limited:
            return "rate limited";
        case RpcErrc::too_large:
            return "answer too large";
        case RpcErrc::bad_encoding:
            return "damaged gzip";
        case RpcErrc::bad_json:
            return "not JSON";
        case RpcErrc::bad_answer:
            return "not the answer to this request";
        case RpcErrc::refused:
            return "refused by the node";
        case RpcErrc::batch_refused:
            return "node takes no batches";
        case RpcErrc::bad_url:
            return "unusable endpoint URL";
        case RpcErrc::wrong_chain:
            return "endpoint serves another chain";
        case RpcErrc::no_endpoint:
            return "no endpoint is fit";
    }
    return "unknown";
}

class RpcCategory final : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override {
        return "redink.rpc";
    }

    [[nodiscard]] std::string message(int code) const override {
        return describe(static_cast<RpcErrc>(code));
    }
};

}  // namespace

const std::error_category& rpc_category() {
    static const RpcCategory category;
    return category;
}

}  // namespace redink::rpc
