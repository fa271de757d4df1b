#pragma once

#include "tests/support/fake_http_server.hpp"

namespace redink::tests {

/// What the server does after a message.
struct WsScript {
    /// How it ends, if it does.
    enum class End : std::uint8_t { no, close, drop, half_then_drop, half_then_hang };

    std::vector<std::string> messages;  ///< sent at once, in order
    End end = End::no;                  ///< half: the last message is a first fragment only
    bool binary = false;
};

/// A WebSocket server on loopback that follows a script, on the io_context of the test; its
/// destructor runs the context until all its coroutines have ended.
class FakeWsServer {
  public:
    using Handler = std::function<WsScript(const std::string& message)>;

    /// Serves wss when a certificate is given.
    FakeWsServer(asio::io_context& io,
                 Handler handler,
                 const std::optional<TestCertificate>& certificate = std::nullopt);
    ~FakeWsServer();
    FakeWsServer(const FakeWsServer&) = delete;
    FakeWsServer& operator=(const FakeWsServer&) = delete;

    [[nodiscard]] std::string url(const std::string& target = "/",
                                  const std::string& host = "127.0.0.1") const;

    /// Answers upgrades with this HTTP response instead.
    void decline_with(std::string response) {
        declined_ = std::move(response);
    }

    /// Ends all connections, without a word.
    void drop_all();

    /// The upgrade requests, and the messages of all sockets.
    std::vector<SeenRequest> upgrades;
    std::vector<std::string> messages;

    /// Pings and pongs that arrived.
    std::size_t pings = 0;
    std::size_t pongs = 0;

  private:
    using Socket = asio::ip::tcp::socket;

    void spawn(Task<void> work);
    [[nodiscard]] Task<void> accept();
    [[nodiscard]] Task<void> serve(std::shared_ptr<Socket> socket, std::size_t number);

    template <class Next>
    [[nodiscard]] Task<void> serve_on(Next& next, std::size_t number);

    asio::io_context& io_;
    Handler handler_;
    std::optional<asio::ssl::context> tls_;
    asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_;
    std::string declined_;
    std::list<std::weak_ptr<Socket>> sockets_;
    std::size_t connections_ = 0;
    std::size_t active_ = 0;
};

}  // namespace redink::tests
