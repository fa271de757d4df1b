#include "app/node/options.hpp"

#include <CLI/CLI.hpp>
#include <doctest/doctest.h>

namespace redink::node {
namespace {

NodeOptions parse(std::vector<std::string> words) {
    CLI::App app;
    NodeOptions options;
    add_options(app, options);
    std::reverse(words.begin(), words.end());
    app.parse(words);
    return options;
}

TEST_CASE("files alone are served whole, verified, on the usual port") {
    const NodeOptions options = parse({"a.gz", "b"});
    CHECK(options.files == std::vector<std::string>{"a.gz", "b"});
    CHECK(options.port == kUsualPort);
    CHECK(options.check == recording::Check::verified);
    CHECK_FALSE(options.head);
    CHECK_FALSE(options.advance);
    CHECK_FALSE(options.orphans);
    CHECK_FALSE(options.chain_id);
    CHECK(options.faults.empty());
}

TEST_CASE("every option is read") {
    const NodeOptions options =
        parse({"a",       "--port",     "0",       "--chain-id",
               "7",       "--head",     "9",       "--advance",
               "250",     "--orphans",  "o",       "--max-range",
               "10",      "--max-logs", "20",      "--unverified",
               "--fault", "close",      "--fault", "drop-log:block=300,index=2",
               "b"});
    CHECK(options.files == std::vector<std::string>{"a", "b"});
    CHECK(options.port == 0);
    CHECK(options.chain_id == 7);
    CHECK(options.head == 9);
    CHECK(options.advance == std::chrono::milliseconds{250});
    CHECK(options.orphans == "o");
    CHECK(options.traits.max_range == 10);
    CHECK(options.traits.max_logs == 20);
    CHECK(options.check == recording::Check::unverified);
    CHECK(options.faults == std::vector<std::string>{"close", "drop-log:block=300,index=2"});
}

TEST_CASE("a call without files, and numbers out of range, are refused") {
    CHECK_THROWS_AS(parse({}), CLI::ParseError);
    CHECK_THROWS_AS(parse({"a", "--port", "65536"}), CLI::ParseError);
    CHECK_THROWS_AS(parse({"a", "--advance", "0"}), CLI::ParseError);
    CHECK_THROWS_AS(parse({"a", "--head", "-1"}), CLI::ParseError);
}

}  // namespace
}  // namespace redink::node
