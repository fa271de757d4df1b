#include "indexer/rpc/resolve.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <doctest/doctest.h>

#include "tests/support/fake_http_server.hpp"

namespace redink::rpc {
namespace {

using Endpoints = CallResult<std::vector<asio::ip::tcp::endpoint>>;

Url parsed(const std::string& text) {
    return Url::parse(text).value();
}

}  // namespace

TEST_CASE("literal addresses are taken as they are") {
    asio::io_context io;
    const Url v4 = parsed("http://127.0.0.2:8545");
    const Url v6 = parsed("http://[::1]:8546");
    const auto first = tests::run(io, resolve(v4)).value();
    REQUIRE(first.size() == 1);
    CHECK(first[0] == asio::ip::tcp::endpoint{asio::ip::make_address("127.0.0.2"), 8545});
    const auto second = tests::run(io, resolve(v6)).value();
    REQUIRE(second.size() == 1);
    CHECK(second[0] == asio::ip::tcp::endpoint{asio::ip::make_address("::1"), 8546});
}

TEST_CASE("a name is looked up, and one that cannot exist is a failure to connect") {
    asio::io_context io;
    const Url local = parsed("http://localhost:8545");
    const Url never = parsed("http://" + std::string(300, 'a'));
    CHECK_FALSE(tests::run(io, resolve(local)).value().empty());
    CHECK(tests::run(io, resolve(never)).error().is(RpcErrc::connect));
}

TEST_CASE("a cancelled lookup returns before the resolver does") {
    asio::io_context io;
    asio::cancellation_signal signal;
    const Url local = parsed("http://localhost:8545");
    std::optional<Endpoints> found;
    const auto finish = [&found](const std::exception_ptr&, std::optional<Endpoints> value) {
        found = std::move(value);
    };
    asio::co_spawn(io,
                   detail::as_optional(resolve(local)),
                   asio::bind_cancellation_slot(signal.slot(), finish));
    io.run_one();
    signal.emit(asio::cancellation_type::terminal);
    while (!found) {
        io.restart();
        io.run_one();
    }
    CHECK(found->error().is(RpcErrc::cancelled));
    io.restart();
    io.run();
}

}  // namespace redink::rpc
