#include "indexer/rpc/answer_body.hpp"

#include <boost/beast/core/string.hpp>
#include <simdjson.h>

namespace redink::rpc {

using boost::beast::iequals;

std::error_code AnswerBody::reader::start(std::uint64_t length) {
    body_.text.clear();
    const auto encoding = (*fields_)[boost::beast::http::field::content_encoding];
    if (encoding.empty() || iequals(encoding, "identity")) {
        if (length > body_.limit) {
            return RpcErrc::too_large;
        }
        body_.text.reserve(static_cast<std::size_t>(length) + simdjson::SIMDJSON_PADDING);
        return {};
    }
    if (!iequals(encoding, "gzip") && !iequals(encoding, "x-gzip")) {
        return RpcErrc::bad_encoding;
    }
    inflate_.emplace();
    return {};
}

std::error_code AnswerBody::reader::append(std::string_view piece) {
    if (inflate_) {
        return inflate_->feed(piece, body_.text, body_.limit);
    }
    if (piece.size() > body_.limit - body_.text.size()) {
        return RpcErrc::too_large;
    }
    body_.text.append(piece);
    return {};
}

std::error_code AnswerBody::reader::end() {
    body_.text.reserve(body_.text.size() + simdjson::SIMDJSON_PADDING);
    if (inflate_ && !inflate_->complete()) {
        return RpcErrc::bad_encoding;
    }
    return {};
}

}  // namespace redink::rpc
