#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>

namespace redink::test {

/// A plain HTTP client with one connection, which has nothing in common with the code under test.
class NodeClient {
  public:
    explicit NodeClient(std::uint16_t port) : port_{port} {
        connect();
    }

    void connect() {
        stream_.expires_after(kLimit);
        stream_.connect({boost::asio::ip::address_v4::loopback(), port_});
    }

    using Response = boost::beast::http::response<boost::beast::http::string_body>;

    /// Sends a body and reads the answer; throws boost::system::system_error.
    Response post(const std::string& body,
                  boost::beast::http::verb verb = boost::beast::http::verb::post) {
        namespace http = boost::beast::http;
        constexpr unsigned kHttp11 = 11;
        http::request<http::string_body> request{verb, "/", kHttp11};
        request.set(http::field::host, "localhost");
        request.body() = body;
        request.prepare_payload();
        stream_.expires_after(kLimit);
        http::write(stream_, request);
        return read();
    }

    /// Sends bytes as they are.
    Response send(const std::string& bytes) {
        boost::asio::write(stream_.socket(), boost::asio::buffer(bytes));
        return read();
    }

    nlohmann::json call(const std::string& method, const std::string& params = "[]") {
        return nlohmann::json::parse(
            post(R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}")
                .body());
    }

    /// True when the server has ended the connection.
    bool is_closed() {
        char byte = 0;
        boost::system::error_code error;
        stream_.socket().read_some(boost::asio::buffer(&byte, 1), error);
        return error == boost::asio::error::eof || error == boost::asio::error::connection_reset;
    }

  private:
    static constexpr std::chrono::seconds kLimit{30};

    Response read() {
        boost::beast::http::response_parser<boost::beast::http::string_body> parser;
        parser.body_limit(std::uint64_t{1} << 30);
        boost::beast::http::read(stream_, buffer_, parser);
        return parser.release();
    }

    std::uint16_t port_;
    boost::asio::io_context context_;
    boost::beast::tcp_stream stream_{context_};
    boost::beast::flat_buffer buffer_;
};

}  // namespace redink::test
