#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "indexer/rpc/task.hpp"

namespace redink::tests {

/// A request as the server saw it. Field names are lower case.
struct SeenRequest {
    std::string target;
    std::map<std::string, std::string> fields;
    std::string body;
    std::size_t connection = 0;
};

enum class Packing : std::uint8_t { none, gzip, cut_gzip, damaged_gzip };

/// What the server does with one request.
struct Script {
    unsigned status = 200;
    std::vector<std::pair<std::string, std::string>> fields;
    std::string body;
    Packing packing = Packing::none;
    bool chunked = false;
    /// Says "Connection: close" and closes after the answer.
    bool close = false;
    /// Closes after this many bytes of the answer, header included. 0 closes without a word.
    std::optional<std::size_t> cut_after;
    /// Never answers; waits until the client goes away.
    bool hang = false;
    /// Sends so many bytes at a time, with `pause` between them. 0 sends all at once.
    std::size_t drip = 0;
    std::chrono::milliseconds pause{2};
};

/// A certificate for `names` (DNS names and IP addresses) that signs itself.
struct TestCertificate {
    std::string certificate_pem;
    std::string key_pem;
};

/// Makes a fresh key and certificate, valid for a day.
[[nodiscard]] TestCertificate make_certificate(const std::vector<std::string>& names);

/// What a TLS server needs of it.
[[nodiscard]] asio::ssl::context make_server_context(const TestCertificate& certificate);

/// The request as tests look at it.
[[nodiscard]] SeenRequest to_seen(
    const boost::beast::http::request<boost::beast::http::string_body>& request,
    std::size_t connection);

/// gzip as a server would send it.
[[nodiscard]] std::string gzip(std::string_view text);

/// An HTTP or HTTPS server on loopback that follows a script. It lives on the io_context of the
/// test, on one thread, so that a test needs no locks; its destructor runs the context until all
/// its coroutines have ended.
class FakeHttpServer {
  public:
    using Handler = std::function<Script(const SeenRequest&)>;

    /// Serves HTTPS when a certificate is given.
    FakeHttpServer(asio::io_context& io,
                   Handler handler,
                   const std::optional<TestCertificate>& certificate = std::nullopt);
    ~FakeHttpServer();
    FakeHttpServer(const FakeHttpServer&) = delete;
    FakeHttpServer& operator=(const FakeHttpServer&) = delete;

    /// The URL of `target` at this server, by the given host name.
    [[nodiscard]] std::string url(const std::string& target = "/",
                                  const std::string& host = "127.0.0.1") const;

    [[nodiscard]] const std::vector<SeenRequest>& requests() const {
        return requests_;
    }

    /// Connections that were accepted.
    [[nodiscard]] std::size_t connections() const {
        return connections_;
    }

    /// Server names that TLS clients asked for.
    [[nodiscard]] const std::vector<std::string>& server_names() const {
        return server_names_;
    }

    /// Connections that the client closed during a `hang`.
    [[nodiscard]] std::size_t abandoned() const {
        return abandoned_;
    }

  private:
    using Socket = asio::ip::tcp::socket;

    void spawn(Task<void> work);
    [[nodiscard]] Task<void> accept();
    [[nodiscard]] Task<void> serve_plain(std::shared_ptr<Socket> socket, std::size_t number);
    [[nodiscard]] Task<void> serve_tls(std::shared_ptr<Socket> socket, std::size_t number);

    template <class Stream>
    [[nodiscard]] Task<void> serve(Stream& stream, std::size_t number);

    template <class Stream>
    [[nodiscard]] Task<bool> follow(Stream& stream, Script script);

    asio::io_context& io_;
    Handler handler_;
    std::optional<asio::ssl::context> tls_;
    asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_;
    std::list<std::weak_ptr<Socket>> sockets_;
    std::vector<SeenRequest> requests_;
    std::vector<std::string> server_names_;
    std::size_t connections_ = 0;
    std::size_t abandoned_ = 0;
    std::size_t active_ = 0;
};

/// Runs `work` on `io` until it has ended, and returns what it returned.
template <class T>
T run(asio::io_context& io, Task<T> work) {
    std::optional<T> value;
    std::exception_ptr thrown;
    bool done = false;
    const auto finish = [&](const std::exception_ptr& error, std::optional<T> result) {
        thrown = error;
        value = std::move(result);
        done = true;
    };
    asio::co_spawn(io, rpc::detail::as_optional(std::move(work)), finish);
    while (!done) {
        io.restart();
        io.run_one();
    }
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    return std::move(*value);
}

}  // namespace redink::tests
