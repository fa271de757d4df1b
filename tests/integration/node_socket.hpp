#pragma once

#include <atomic>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <nlohmann/json.hpp>

namespace redink::test {

/// A plain WebSocket client, which has nothing in common with the code under test.
class NodeSocket {
  public:
    /// Throws boost::system::system_error when the node does not upgrade.
    explicit NodeSocket(std::uint16_t port) {
        namespace websocket = boost::beast::websocket;
        boost::beast::get_lowest_layer(stream_).connect(
            {boost::asio::ip::address_v4::loopback(), port});
        stream_.read_message_max(std::size_t{1} << 30);
        stream_.control_callback([this](websocket::frame_type kind, boost::beast::string_view) {
            pings += kind == websocket::frame_type::ping ? 1 : 0;
        });
        stream_.handshake("localhost", "/");
    }

    void send(const std::string& text) {
        stream_.write(boost::asio::buffer(text));
    }

    /// The next message; throws boost::system::system_error when the socket ended.
    std::string receive_text() {
        boost::beast::flat_buffer buffer;
        stream_.read(buffer);
        return boost::beast::buffers_to_string(buffer.data());
    }

    nlohmann::json receive() {
        return nlohmann::json::parse(receive_text());
    }

    /// The answer; what comes before it is kept in `notifications`.
    nlohmann::json call(const std::string& method, const std::string& params = "[]") {
        send(R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}");
        for (;;) {
            nlohmann::json message = receive();
            if (message.contains("id")) {
                return message;
            }
            notifications.push_back(std::move(message));
        }
    }

    std::string subscribe(const std::string& params) {
        return call("eth_subscribe", params).at("result");
    }

    /// Why the socket ended; reads what comes before.
    boost::system::error_code await_end() {
        boost::system::error_code error;
        while (!error) {
            boost::beast::flat_buffer buffer;
            stream_.read(buffer, error);
        }
        return error;
    }

    [[nodiscard]] unsigned close_code() const {
        return stream_.reason().code;
    }

    /// Sends bytes as they are.
    void send_raw(const std::string& bytes) {
        boost::asio::write(boost::beast::get_lowest_layer(stream_), boost::asio::buffer(bytes));
    }

    void set_receive_buffer(int bytes) {
        boost::beast::get_lowest_layer(stream_).set_option(
            boost::asio::socket_base::receive_buffer_size{bytes});
    }

    std::vector<nlohmann::json> notifications;
    std::atomic<int> pings{0};

  private:
    boost::asio::io_context context_;
    boost::beast::websocket::stream<boost::asio::ip::tcp::socket> stream_{context_};
};

}  // namespace redink::test
