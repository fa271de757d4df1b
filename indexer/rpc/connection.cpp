#include "indexer/rpc/connection.hpp"

#include <ctime>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/write.hpp>

#include "indexer/rpc/answer_body.hpp"
#include "indexer/rpc/base64.hpp"
#include "indexer/rpc/resolve.hpp"
#include "indexer/rpc/retry.hpp"

namespace redink::rpc {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

/// Proxies like long cookies and policies; more than this is an attack or no HTTP.
constexpr std::uint32_t kMaxHeaderBytes = 64 * 1024;

/// One read takes at most this much; larger reads make no difference on loopback.
constexpr std::size_t kReadBytes = 64 * 1024;

/// A host with several addresses must not lose the whole connect limit to a dead first one.
constexpr std::chrono::seconds kAddressLimit{3};

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

Task<CallResult<void>> connect_one(tcp::socket& socket, tcp::endpoint endpoint) {
    const auto [error] = co_await socket.async_connect(endpoint, kAwait);
    if (error == asio::error::operation_aborted) {
        co_return fail(RpcErrc::cancelled, "cancelled");
    }
    if (error) {
        co_return fail(RpcErrc::connect, error.message());
    }
    co_return CallResult<void>{};
}

/// SSL_set_tlsext_host_name without the casts of its macro; OpenSSL copies the name.
void set_server_name(SSL* tls, const std::string& host) {
    SSL_ctrl(tls,
             SSL_CTRL_SET_TLSEXT_HOSTNAME,
             TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(host.c_str()));
}

CallError handshake_error(const error_code& error, long verified) {
    if (error == asio::error::operation_aborted) {
        return fail(RpcErrc::cancelled, "cancelled");
    }
    if (verified != X509_V_OK) {
        return fail(RpcErrc::tls,
                    std::string{"certificate: "} + X509_verify_cert_error_string(verified));
    }
    if (error.category() == asio::error::get_ssl_category()) {
        return fail(RpcErrc::tls, "TLS handshake: " + error.message());
    }
    return fail(RpcErrc::connect, "TLS handshake: " + error.message());
}

}  // namespace

asio::ssl::context make_tls_context(const std::string& extra_ca_pem) {
    asio::ssl::context context{asio::ssl::context::tls_client};
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    context.set_default_verify_paths();
    context.set_verify_mode(asio::ssl::verify_peer);
    if (!extra_ca_pem.empty()) {
        context.add_certificate_authority(asio::buffer(extra_ca_pem));
    }
    return context;
}

Connection::Connection(const Url& url, asio::ssl::context* tls, std::size_t answer_limit)
    : url_{url}, tls_{tls}, answer_limit_{answer_limit} {
    buffer_.reserve(kReadBytes);
}

Task<CallResult<void>> Connection::connect() {
    const auto endpoints = co_await resolve(url_);
    if (!endpoints) {
        co_return endpoints.error();
    }
    CallError last = fail(RpcErrc::connect, "the host name has no address");
    for (const tcp::endpoint& endpoint : *endpoints) {
        tcp::socket socket{co_await asio::this_coro::executor};
        const auto connected = co_await with_deadline(connect_one(socket, endpoint), kAddressLimit);
        if (connected) {
            // Requests are written whole, so Nagle's delay would only cost round trips.
            error_code ignored;
            socket.set_option(tcp::no_delay{true}, ignored);
            co_return co_await handshake(std::move(socket));
        }
        last = connected.error();
        if (last.is(RpcErrc::cancelled)) {
            break;
        }
    }
    co_return last;
}

Task<CallResult<void>> Connection::handshake(Plain socket) {
    if (url_.scheme() == Scheme::http) {
        stream_.emplace<Plain>(std::move(socket));
        reusable_ = true;
        co_return CallResult<void>{};
    }
    auto stream = std::make_unique<Tls>(std::move(socket), *tls_);
    error_code literal;
    asio::ip::make_address(url_.host(), literal);
    if (literal) {
        // RFC 6066 section 3: SNI carries names, never addresses.
        set_server_name(stream->native_handle(), url_.host());
    }
    stream->set_verify_callback(asio::ssl::host_name_verification{url_.host()});
    const auto [error] = co_await stream->async_handshake(asio::ssl::stream_base::client, kAwait);
    if (error) {
        co_return handshake_error(error, SSL_get_verify_result(stream->native_handle()));
    }
    stream_.emplace<std::unique_ptr<Tls>>(std::move(stream));
    reusable_ = true;
    co_return CallResult<void>{};
}

Task<CallResult<Reply>> Connection::exchange(std::string_view body) {
    reusable_ = false;
    if (auto* tls = std::get_if<std::unique_ptr<Tls>>(&stream_)) {
        co_return co_await exchange_on(**tls, body);
    }
    co_return co_await exchange_on(std::get<Plain>(stream_), body);
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
