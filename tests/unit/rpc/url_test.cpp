#include "indexer/rpc/url.hpp"

#include <doctest/doctest.h>

namespace redink::rpc {
namespace {

Url parsed(std::string_view text) {
    return Url::parse(text).value();
}

}  // namespace

TEST_CASE("the name of an endpoint is scheme, host and port only") {
    CHECK(parsed("https://user:pass@Node.Example/v2/0123456789abcdef?key=k#x").name() ==
          "https://node.example:443");
    CHECK(parsed("http://localhost:8545").name() == "http://localhost:8545");
    CHECK(parsed("HTTP://[::1]:8545/").name() == "http://[::1]:8545");
    CHECK(parsed("wss://user:pass@node.example/ws/0123456789abcdef").name() ==
          "wss://node.example:443");
    CHECK(parsed("WS://node.example/0123456789abcdef").name() == "ws://node.example:80");
}

TEST_CASE("path, query and credentials are kept for requests") {
    const Url url = parsed("https://us%40er:p%2Fw@node.example:444/v2/key?a=b#fragment");
    CHECK(url.scheme() == Scheme::https);
    CHECK(url.host() == "node.example");
    CHECK(url.port() == 444);
    CHECK(url.target() == "/v2/key?a=b");
    CHECK(url.credentials() == "us@er:p/w");
    CHECK(parsed("http://node?x=1").target() == "/?x=1");
    CHECK(parsed("http://node").target() == "/");
}

TEST_CASE("a scheme says whether there is TLS, and whether it is a WebSocket") {
    CHECK_FALSE(parsed("http://node").is_tls());
    CHECK_FALSE(parsed("http://node").is_websocket());
    CHECK(parsed("https://node").is_tls());
    CHECK_FALSE(parsed("https://node").is_websocket());
    CHECK_FALSE(parsed("ws://node").is_tls());
    CHECK(parsed("ws://node").is_websocket());
    CHECK(parsed("wss://node").is_tls());
    CHECK(parsed("Wss://node").is_websocket());
    CHECK(parsed("wss://node").scheme() == Scheme::wss);
    CHECK(parsed("wss://node").port() == 443);
}

TEST_CASE("the host field has a port only where it is not the scheme's own") {
    CHECK(parsed("https://node:443/").host_field() == "node");
    CHECK(parsed("http://node:443/").host_field() == "node:443");
    CHECK(parsed("http://[::1]/").host_field() == "[::1]");
    CHECK(parsed("http://node:").host_field() == "node");
    CHECK(parsed("wss://node:443/").host_field() == "node");
    CHECK(parsed("ws://node:443/").host_field() == "node:443");
}

TEST_CASE("an unusable URL is refused without being repeated") {
    for (const char* text : {"",
                             "secretkey",
                             "ftp://node/secretkey",
                             "wsss://node/secretkey",
                             "ws:/node/secretkey",
                             "http://",
                             "http:///secretkey",
                             "http://node:0/secretkey",
                             "http://node:65536/secretkey",
                             "http://node:8x/secretkey",
                             "http://no de/secretkey",
                             "http://node/secret key",
                             "http://node/secretkey\r\nX-Evil: 1",
                             "http://secretkey%zz@node/",
                             "http://secretkey%2@node/",
                             "http://[::1/secretkey",
                             "http://[::1]x/secretkey",
                             "http://[zz]/secretkey"}) {
        CAPTURE(text);
        const auto url = Url::parse(text);
        REQUIRE(url.has_error());
        CHECK(url.error().is(RpcErrc::bad_url));
        CHECK(url.error().text.find("secret") == std::string::npos);
    }
}

TEST_CASE("keys are taken out of any text") {
    const Url url = parsed("https://user:hunter2@node/v2/0123456789abcdef?apikey=ABCDEFGHIJ");
    CHECK(url.redact("no route POST /v2/0123456789abcdef?apikey=ABCDEFGHIJ") ==
          "no route POST ***");
    CHECK(url.redact("bad key 0123456789abcdef or ABCDEFGHIJ") == "bad key *** or ***");
    CHECK(url.redact("hunter2 is not user:hunter2") == "*** is not ***");
    CHECK(url.redact("block range too large") == "block range too large");
    CHECK(parsed("https://node/v2/abc%2Fdefgh").redact("abc/defgh") == "***");
}

}  // namespace redink::rpc
