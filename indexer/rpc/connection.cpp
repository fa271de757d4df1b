#include "indexer/rpc/connection.hpp"

#include <ctime>

#include <boost/asio/as_tuple.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/write.hpp>

#include "indexer/rpc/answer_body.hpp"
#include "indexer/rpc/base64.hpp"
#include "indexer/rpc/retry.hpp"

namespace redink::rpc {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

/// Proxies like long cookies and policies; more than this is an attack or no HTTP.
constexpr std::uint32_t kMaxHeaderBytes = 64 * 1024;

/// One read takes at most this much; larger reads make no difference on loopback.
constexpr std::size_t kReadBytes = 64 * 1024;

using Request = http::request<http::span_body<const char>>;

Request make_request(const Url& url, std::string_view body) {
    Request request{http::verb::post, url.target(), 11};
    request.set(http::field::host, url.host_field());
    request.set(http::field::user_agent, "redink");
    request.set(http::field::content_type, "application/json");
    request.set(http::field::accept, "application/json");
    request.set(http::field::accept_encoding, "gzip");
    if (!url.credentials().empty()) {
        request.set(http::field::authorization, "Basic " + to_base64(url.credentials()));
    }
    request.body() = {body.data(), body.size()};
    request.prepare_payload();
    return request;
}

CallError io_error(const error_code& error, const std::string& doing) {
    if (error == asio::error::operation_aborted) {
        return fail(RpcErrc::cancelled, "cancelled");
    }
    if (error == http::error::body_limit) {
        return fail(RpcErrc::too_large, doing + ": larger than our limit");
    }
    const std::error_code code = error;
    if (code.category() == rpc_category()) {
        return fail(static_cast<RpcErrc>(code.value()), doing + ": " + code.message());
    }
    return fail(RpcErrc::broken, doing + ": " + error.message());
}

Reply to_reply(http::response_parser<AnswerBody>& parser) {
    auto& message = parser.get();
    Reply reply;
    reply.status = message.result_int();
    const auto wait = message[http::field::retry_after];
    if (!wait.empty()) {
        reply.retry_after = parse_retry_after({wait.data(), wait.size()}, std::time(nullptr));
    }
    reply.body = std::move(message.body().text);
    return reply;
}

}  // namespace

Connection::Connection(const Url& url, asio::ssl::context* tls, std::size_t answer_limit)
    : url_{url}, tls_{tls}, answer_limit_{answer_limit} {
    buffer_.reserve(kReadBytes);
}

Task<CallResult<void>> Connection::connect() {
    auto dialled = co_await dial(url_, tls_);
    if (!dialled) {
        co_return std::move(dialled).error();
    }
    stream_ = std::move(*dialled);
    reusable_ = true;
    co_return CallResult<void>{};
}

Task<CallResult<Reply>> Connection::exchange(std::string_view body) {
    reusable_ = false;
    if (auto* tls = std::get_if<TlsStream>(&*stream_)) {
        co_return co_await exchange_on(*tls, body);
    }
    co_return co_await exchange_on(std::get<PlainStream>(*stream_), body);
}

template <class Stream>
Task<CallResult<Reply>> Connection::exchange_on(Stream& stream, std::string_view body) {
    const Request request = make_request(url_, body);
    const auto [unsent, sent] = co_await http::async_write(stream, request, kAwait);
    if (unsent == asio::error::operation_aborted) {
        co_return io_error(unsent, "");
    }
    // A node that refuses a large request answers and closes before it has read it all.
    http::response_parser<AnswerBody> parser;
    parser.header_limit(kMaxHeaderBytes);
    parser.body_limit(answer_limit_);
    parser.get().body().limit = answer_limit_;
    const auto [unread, read] = co_await http::async_read(stream, buffer_, parser, kAwait);
    if (unread) {
        if (served_ > 0 && !parser.got_some() && unread != asio::error::operation_aborted) {
            co_return fail(RpcErrc::stale, "the kept connection was closed");
        }
        co_return io_error(unread, parser.is_header_done() ? "reading the answer" : "awaiting it");
    }
    ++served_;
    // Bytes after the answer would be taken for the next one.
    reusable_ = !unsent && parser.keep_alive() && buffer_.size() == 0;
    co_return to_reply(parser);
}

}  // namespace redink::rpc
