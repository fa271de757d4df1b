#include "tests/support/fake_http_server.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <zlib.h>

namespace redink::tests {
namespace {

namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

std::string packed(const Script& script) {
    if (script.packing == Packing::none) {
        return script.body;
    }
    std::string body = gzip(script.body);
    if (script.packing == Packing::cut_gzip) {
        body.resize(body.size() / 2);
    }
    if (script.packing == Packing::damaged_gzip) {
        body[body.size() - 5] = static_cast<char>(body[body.size() - 5] ^ 1);
    }
    return body;
}

std::string chunks(std::string_view body) {
    constexpr std::size_t kChunk = 1000;
    std::string text;
    std::array<char, 32> size{};
    for (std::size_t at = 0; at < body.size(); at += kChunk) {
        const std::string_view piece = body.substr(at, kChunk);
        std::snprintf(size.data(), size.size(), "%zx\r\n", piece.size());
        text += size.data();
        text += piece;
        text += "\r\n";
    }
    return text + "0\r\n\r\n";
}

std::string to_wire(const Script& script) {
    const std::string body = packed(script);
    std::string wire = "HTTP/1.1 " + std::to_string(script.status) + " Scripted\r\n";
    for (const auto& [name, value] : script.fields) {
        wire += name + ": " + value + "\r\n";
    }
    if (script.packing != Packing::none) {
        wire += "Content-Encoding: gzip\r\n";
    }
    if (script.close) {
        wire += "Connection: close\r\n";
    }
    if (script.chunked) {
        return wire + "Transfer-Encoding: chunked\r\n\r\n" + chunks(body);
    }
    return wire + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace

SeenRequest to_seen(const http::request<http::string_body>& request, std::size_t connection) {
    SeenRequest seen{std::string{request.target()}, {}, request.body(), connection};
    for (const auto& field : request) {
        std::string name{field.name_string()};
        std::ranges::transform(name, name.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        seen.fields.emplace(std::move(name), std::string{field.value()});
    }
    return seen;
}

asio::ssl::context make_server_context(const TestCertificate& certificate) {
    asio::ssl::context context{asio::ssl::context::tls_server};
    context.use_certificate_chain(asio::buffer(certificate.certificate_pem));
    context.use_private_key(asio::buffer(certificate.key_pem), asio::ssl::context::pem);
    return context;
}

std::string gzip(std::string_view text) {
    z_stream z{};
    if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::runtime_error{"deflateInit2"};
    }
    std::string out(deflateBound(&z, text.size()), '\0');
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    z.avail_in = static_cast<uInt>(text.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    const int status = deflate(&z, Z_FINISH);
    out.resize(z.total_out);
    deflateEnd(&z);
    if (status != Z_STREAM_END) {
        throw std::runtime_error{"deflate"};
    }
    return out;
}

FakeHttpServer::FakeHttpServer(asio::io_context& io,
                               Handler handler,
                               const std::optional<TestCertificate>& certificate)
    : io_{io},
      handler_{std::move(handler)},
      acceptor_{io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}},
      port_{acceptor_.local_endpoint().port()} {
    if (certificate) {
        tls_ = make_server_context(*certificate);
    }
    spawn(accept());
}

FakeHttpServer::~FakeHttpServer() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for (const auto& weak : sockets_) {
        if (const auto socket = weak.lock()) {
            socket->close(ignored);
        }
    }
    while (active_ > 0) {
        io_.restart();
        io_.run_one();
    }
}

std::string FakeHttpServer::url(const std::string& target, const std::string& host) const {
    return (tls_ ? "https://" : "http://") + host + ":" + std::to_string(port_) + target;
}

void FakeHttpServer::spawn(Task<void> work) {
    ++active_;
    const auto finish = [this](const std::exception_ptr& thrown) {
        --active_;
        if (thrown) {
            std::rethrow_exception(thrown);
        }
    };
    asio::co_spawn(io_, std::move(work), finish);
}

Task<void> FakeHttpServer::accept() {
    for (;;) {
        auto [error, socket] = co_await acceptor_.async_accept(kAwait);
        if (error) {
            co_return;
        }
        const auto shared = std::make_shared<Socket>(std::move(socket));
        sockets_.push_back(shared);
        const std::size_t number = ++connections_;
        spawn(tls_ ? serve_tls(shared, number) : serve_plain(shared, number));
    }
}

Task<void> FakeHttpServer::serve_plain(std::shared_ptr<Socket> socket, std::size_t number) {
    co_await serve(*socket, number);
}

Task<void> FakeHttpServer::serve_tls(std::shared_ptr<Socket> socket, std::size_t number) {
    asio::ssl::stream<Socket&> stream{*socket, *tls_};
    const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, kAwait);
    const char* name = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name);
    server_names_.emplace_back(name == nullptr ? "" : name);
    if (!error) {
        co_await serve(stream, number);
    }
}

template <class Stream>
Task<void> FakeHttpServer::serve(Stream& stream, std::size_t number) {
    constexpr std::uint64_t kMaxBody = 256U * 1024 * 1024;
    boost::beast::flat_buffer buffer;
    for (;;) {
        http::request_parser<http::string_body> parser;
        parser.body_limit(kMaxBody);
        const auto [error, count] = co_await http::async_read(stream, buffer, parser, kAwait);
        if (error) {
            co_return;
        }
        requests_.push_back(to_seen(parser.get(), number));
        const bool more = co_await follow(stream, handler_(requests_.back()));
        if (!more) {
            co_return;
        }
    }
}

template <class Stream>
Task<bool> FakeHttpServer::follow(Stream& stream, Script script) {
    if (script.hang) {
        char byte = 0;
        co_await stream.async_read_some(asio::buffer(&byte, 1), kAwait);
        ++abandoned_;
        co_return false;
    }
    std::string wire = to_wire(script);
    if (script.cut_after) {
        wire.resize(std::min(wire.size(), *script.cut_after));
    }
    const std::size_t step = script.drip == 0 ? std::max<std::size_t>(wire.size(), 1) : script.drip;
    asio::steady_timer timer{io_};
    for (std::size_t at = 0; at < wire.size(); at += step) {
        const asio::const_buffer piece{wire.data() + at, std::min(step, wire.size() - at)};
        const auto [error, count] = co_await asio::async_write(stream, piece, kAwait);
        if (error) {
            co_return false;
        }
        if (script.drip != 0) {
            timer.expires_after(script.pause);
            co_await timer.async_wait(kAwait);
        }
    }
    co_return !script.close && !script.cut_after;
}

}  // namespace redink::tests
