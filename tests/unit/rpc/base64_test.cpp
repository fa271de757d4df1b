#include "indexer/rpc/base64.hpp"

#include <doctest/doctest.h>

namespace redink::rpc {

TEST_CASE("base64 agrees with the examples of RFC 4648 section 10") {
    CHECK(to_base64("").empty());
    CHECK(to_base64("f") == "Zg==");
    CHECK(to_base64("fo") == "Zm8=");
    CHECK(to_base64("foo") == "Zm9v");
    CHECK(to_base64("foob") == "Zm9vYg==");
    CHECK(to_base64("fooba") == "Zm9vYmE=");
    CHECK(to_base64("foobar") == "Zm9vYmFy");
}

}  // namespace redink::rpc
