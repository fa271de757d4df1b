#include "app/node/server.hpp"

#include <list>
#include <stdexcept>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "app/node/faults.hpp"
#include "app/node/http_session.hpp"
#include "app/node/methods.hpp"

namespace redink::node {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

}  // namespace

class Server::Impl {
  public:
    Impl(asio::io_context& context,
         Methods& methods,
         Faults& faults,
         std::uint16_t port,
         SocketLimits limits)
        : context_{context},
          methods_{methods},
          faults_{faults},
          limits_{limits},
          acceptor_{context} {
        const tcp::endpoint endpoint{asio::ip::address_v4::loopback(), port};
        acceptor_.open(endpoint.protocol());
        acceptor_.set_option(asio::socket_base::reuse_address{true});
        error_code error;
        acceptor_.bind(endpoint, error);
        if (!error) {
            acceptor_.listen(asio::socket_base::max_listen_connections, error);
        }
        if (error) {
            throw std::runtime_error{"cannot listen on 127.0.0.1:" + std::to_string(port) + ": " +
                                     error.message() + "; choose another port, or 0 for any"};
        }
        port_ = acceptor_.local_endpoint().port();
        asio::co_spawn(context_, accept(), rethrow);
    }

    [[nodiscard]] std::uint16_t port() const {
        return port_;
    }

    void stop() {
        stopping_ = true;
        error_code ignored;
        acceptor_.close(ignored);
        for (HttpSession& session : sessions_) {
            session.stop();
        }
    }

  private:
    static void rethrow(std::exception_ptr error) {
        if (error) {
            std::rethrow_exception(std::move(error));
        }
    }

    asio::awaitable<void> accept() {
        while (!stopping_) {
            auto [error, socket] =
                co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
            if (error == asio::error::operation_aborted || !acceptor_.is_open()) {
                co_return;
            }
            if (error || sessions_.size() >= kMaxConnections) {
                continue;
            }
            socket.set_option(tcp::no_delay{true}, error);
            const auto session =
                sessions_.emplace(sessions_.end(), std::move(socket), methods_, faults_, limits_);
            const auto forget = [this, session](std::exception_ptr failure) {
                sessions_.erase(session);
                rethrow(std::move(failure));
            };
            asio::co_spawn(context_, session->run(), forget);
        }
    }

    asio::io_context& context_;
    Methods& methods_;
    Faults& faults_;
    SocketLimits limits_;
    tcp::acceptor acceptor_;
    std::uint16_t port_ = 0;
    bool stopping_ = false;
    std::list<HttpSession> sessions_;
};

Server::Server(asio::io_context& context,
               Methods& methods,
               Faults& faults,
               std::uint16_t port,
               SocketLimits limits)
    : impl_{std::make_unique<Impl>(context, methods, faults, port, limits)} {
}

Server::~Server() = default;

std::uint16_t Server::port() const {
    return impl_->port();
}

std::string Server::url() const {
    return "http://127.0.0.1:" + std::to_string(port());
}

void Server::stop() {
    impl_->stop();
}

}  // namespace redink::node
