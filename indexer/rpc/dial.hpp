#pragma once

#include <string>
#include <variant>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "indexer/rpc/task.hpp"
#include "indexer/rpc/url.hpp"

namespace redink::rpc {

using PlainStream = asio::ip::tcp::socket;
using TlsStream = boost::beast::ssl_stream<asio::ip::tcp::socket>;

/// A connection to a node: TLS where its URL says so.
using DialledStream = std::variant<PlainStream, TlsStream>;

/// TLS as a careful client does it: 1.2 or newer, the system's trust store and `extra_ca_pem`
/// (PEM text, may be empty). Throws when that text is no certificate.
[[nodiscard]] asio::ssl::context make_tls_context(const std::string& extra_ca_pem);

/// Resolves, connects to the first address that accepts, and checks certificate and host name.
/// `tls` may be null where the URL says plain. Sets no time limit of its own for the whole: the
/// caller does.
[[nodiscard]] Task<CallResult<DialledStream>> dial(const Url& url, asio::ssl::context* tls);

}  // namespace redink::rpc
