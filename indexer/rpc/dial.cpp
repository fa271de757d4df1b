#include "indexer/rpc/dial.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>

#include "indexer/rpc/resolve.hpp"

namespace redink::rpc {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

/// A host with several addresses must not lose the whole connect limit to a dead first one.
constexpr std::chrono::seconds kAddressLimit{3};

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

Task<CallResult<DialledStream>> secure(PlainStream socket,
                                       const Url& url,
                                       asio::ssl::context& tls) {
    TlsStream stream{std::move(socket), tls};
    error_code literal;
    asio::ip::make_address(url.host(), literal);
    if (literal) {
        // RFC 6066 section 3: SNI carries names, never addresses.
        set_server_name(stream.native_handle(), url.host());
    }
    stream.set_verify_callback(asio::ssl::host_name_verification{url.host()});
    const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::client, kAwait);
    if (error) {
        co_return handshake_error(error, SSL_get_verify_result(stream.native_handle()));
    }
    co_return DialledStream{std::move(stream)};
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

Task<CallResult<DialledStream>> dial(const Url& url, asio::ssl::context* tls) {
    const auto endpoints = co_await resolve(url);
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
            if (url.is_tls()) {
                co_return co_await secure(std::move(socket), url, *tls);
            }
            co_return DialledStream{std::move(socket)};
        }
        last = connected.error();
        if (last.is(RpcErrc::cancelled)) {
            break;
        }
    }
    co_return last;
}

}  // namespace redink::rpc
