#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace redink::app {

/// An answer of the HTTP interface.
struct ApiAnswer {
    unsigned status = 200;
    std::string type = "application/json";
    std::string body;
};

/// Answers a GET of a path, without its query. Called on the server's thread.
using ApiHandler = std::function<ApiAnswer(const std::string& path)>;

/// HTTP/1.1 on 127.0.0.1, on a thread of its own. Size, time and number of requests are bounded:
/// a stranger may reach the port.
class ApiServer {
  public:
    /// Listens at once; port 0 picks a free one. Throws std::runtime_error when the port is taken.
    ApiServer(std::uint16_t port, ApiHandler handler);

    /// Closes every connection and joins the thread.
    ~ApiServer();

    ApiServer(const ApiServer&) = delete;
    ApiServer& operator=(const ApiServer&) = delete;

    [[nodiscard]] std::uint16_t port() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace redink::app
