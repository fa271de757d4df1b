#include <csignal>

#include <doctest/doctest.h>

#include "app/node/node_server.hpp"
#include "tests/integration/node_client.hpp"
#include "tests/support/program.hpp"
#include "tests/support/synced_chain.hpp"

namespace redink::test {
namespace {

// Two chains in one configuration: the second one's endpoint is given.
std::string two_chains(const Recorded& first,
                       const std::string& first_endpoint,
                       const Recorded& second,
                       const std::string& second_endpoint,
                       const std::string& url) {
    std::string other = toml_of(second, second_endpoint, url);
    other = other.substr(other.find("[[chain]]"));
    for (const auto& [from, to] : {std::pair{"name = \"recording\"", "name = \"other\""},
                                   std::pair{"chain = \"recording\"", "chain = \"other\""},
                                   std::pair{"name = \"m\"", "name = \"n\""}}) {
        other.replace(other.find(from), std::string{from}.size(), to);
    }
    return toml_of(first, first_endpoint, url) + other;
}

std::uint16_t port_of(const RunningProgram& program) {
    const std::string rest = program.wait_for_error_text("address=http://127.0.0.1:");
    return static_cast<std::uint16_t>(std::stoul(rest));
}

std::string get(std::uint16_t port, const std::string& path, unsigned expected = 0) {
    NodeClient client{port};
    const auto response = client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    if (expected != 0) {
        CHECK(response.result_int() == expected);
    }
    return response.body();
}

// Until a market is at this block; the program's own words when that does not happen.
void wait_for_block(const RunningProgram& program,
                    std::uint16_t port,
                    const std::string& market,
                    std::uint64_t block) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    for (;;) {
        const auto told = nlohmann::json::parse(get(port, "/readyz"));
        for (const auto& chain : told["chains"]) {
            for (const auto& one : chain["markets"]) {
                if (one["market"] == market && one["indexed_block"] == block) {
                    return;
                }
            }
        }
        REQUIRE_MESSAGE(std::chrono::steady_clock::now() < until, program.errors() << told.dump(2));
    }
}

}  // namespace

TEST_CASE("the daemon follows chains side by side, and one that is dead does not stop the other") {
    Recorded v36 = recorded_v36();
    v36.version = "3.6";
    const Recorded v30 = recorded_v30();
    node::NodeOptions options = serving(v36, {});
    options.head = 300;
    options.orphans = v36.folder + "/orphans.jsonl.gz";
    node::NodeServer node{options};
    const std::string url = fresh_database();
    const TemporaryFolder folder;
    // Nobody listens on port 1. Both recordings have one chain id; two chains may not.
    std::string toml = two_chains(v36, node.url(), v30, "http://127.0.0.1:1", url);
    const auto id = toml.find("id = ", toml.find("other"));
    toml.replace(id, toml.find('\n', id) - id, "id = 4242");
    RunningProgram program{
        {"run", "--config", write_file(folder, "redink.toml", toml), "--port", "0"}};
    const std::uint16_t port = port_of(program);
    wait_for_block(program, port, "m", 300);
    for (int i = 0; i < 20; ++i) {
        const chain::BlockRef head = node.advance(1);
        wait_for_block(program, port, "m", head.number.value());
    }
    CHECK(get(port, "/healthz", 200).find("alive") != std::string::npos);
    const auto ready = nlohmann::json::parse(get(port, "/readyz", 503));
    CHECK(ready["chains"][0]["problem"].is_null());
    CHECK_FALSE(ready["chains"][1]["problem"].is_null());
    const std::string metrics = get(port, "/metrics", 200);
    CHECK(metrics.find("redink_indexed_block{chain=\"recording\",market=\"m\"}") !=
          std::string::npos);
    CHECK(get(port, "/etc/passwd", 404).find("readyz") != std::string::npos);
    program.signal(SIGTERM);
    const ProgramResult result = program.wait();
    CHECK_MESSAGE(result.exit_code == 0, result.err);
    CHECK(result.err.find("event=stopped") != std::string::npos);
}

TEST_CASE("a second daemon waits for the first, and takes over when it dies") {
    Recorded recorded = recorded_v36();
    recorded.version = "3.6";
    node::NodeOptions options = serving(recorded, {});
    options.head = 200;
    node::NodeServer node{options};
    const std::string url = fresh_database();
    const TemporaryFolder folder;
    const std::string config =
        write_file(folder, "redink.toml", toml_of(recorded, node.url(), url));
    const std::vector<std::string> arguments{"run", "--config", config, "--port", "0"};
    RunningProgram first{arguments};
    wait_for_block(first, port_of(first), "m", 200);
    RunningProgram second{arguments};
    (void)second.wait_for_error_text("event=waiting");
    first.signal(SIGKILL);
    (void)first.wait();
    node.advance(5);
    wait_for_block(second, port_of(second), "m", 205);
    second.signal(SIGINT);
    CHECK(second.wait().exit_code == 0);
}

TEST_CASE("a database that goes away is waited for") {
    Recorded recorded = recorded_v36();
    recorded.version = "3.6";
    node::NodeOptions options = serving(recorded, {});
    options.head = 200;
    node::NodeServer node{options};
    const std::string url = fresh_database();
    const TemporaryFolder folder;
    const std::string config =
        write_file(folder, "redink.toml", toml_of(recorded, node.url(), url));
    RunningProgram program{{"run", "--config", config, "--port", "0"}};
    const std::uint16_t port = port_of(program);
    wait_for_block(program, port, "m", 200);
    for (int i = 0; i < 3; ++i) {
        query(url,
              "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> "
              "pg_backend_pid() AND datname = current_database()");
        const chain::BlockRef head = node.advance(3);
        wait_for_block(program, port, "m", head.number.value());
    }
    program.signal(SIGTERM);
    const ProgramResult result = program.wait();
    CHECK_MESSAGE(result.exit_code == 0, result.err);
    const std::string straight = fresh_database();
    RunOptions same;
    same.to = chain::BlockNumber{209};
    REQUIRE(sync_recorded(recorded, straight, same).has_value());
    CHECK(digest_derived(url) == digest_derived(straight));
}

TEST_CASE("what is wrong from the beginning is told at once") {
    const TemporaryFolder folder;
    const std::string nowhere = "postgresql://redink@127.0.0.1:1/redink";
    const std::string config =
        write_file(folder, "redink.toml", toml_of(recorded_v36(), "http://127.0.0.1:1", nowhere));
    const ProgramResult no_database = run_program({"run", "--config", config, "--port", "0"});
    CHECK(no_database.exit_code == 3);
    const ProgramResult no_config = run_program({"run", "--config", "/nonexistent/redink.toml"});
    CHECK(no_config.exit_code == 2);
}

}  // namespace redink::test
