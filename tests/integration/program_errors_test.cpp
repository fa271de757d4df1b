#include <fstream>

#include <doctest/doctest.h>

#include "app/node/node_server.hpp"
#include "app/writer_session.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/program.hpp"
#include "tests/support/synced_chain.hpp"

namespace redink::test {
namespace {

void check_says(const ProgramResult& result, int exit_code, const std::string& part) {
    CHECK_MESSAGE(result.exit_code == exit_code, result.err);
    CHECK_MESSAGE(result.err.find(part) != std::string::npos, result.err);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

std::string head_of(const std::string& url) {
    const auto rows = query(url, "SELECT block_number FROM redink.cursor");
    return rows.empty() ? "none" : rows.front();
}

}  // namespace

TEST_CASE("what cannot work is told in a sentence, with the right exit code, and loses nothing") {
    const Recorded recorded = recorded_v36();
    node::NodeServer node{serving(recorded, {})};
    const TemporaryFolder folder;
    const std::string url = fresh_database();
    const std::string good = toml_of(recorded, node.url(), url);
    const std::string config = write_file(folder, "redink.toml", good);
    const auto sync = [&](const std::string& name, const std::string& text, const char* to) {
        const std::string file = write_file(folder, name, text);
        return run_program({"sync", "--config", file, "--to", to, "--progress", "none"});
    };
    REQUIRE(run_program({"sync", "--config", config, "--to", "200", "--quiet"}).exit_code == 0);
    REQUIRE(head_of(url) == "200");

    check_says(run_program({"sync", "--config", "/nowhere/redink.toml"}), 2, "redink.toml");
    check_says(sync("unknown.toml", good + "colour = 1\n", "300"), 2, "colour");
    check_says(sync("id.toml", replaced(good, "id = 31337", "id = 1"), "300"), 2, "31337");
    CHECK(query(url, "SELECT chain_id FROM redink.chain").size() == 1);
    check_says(sync("market.toml", replaced(good, "from_block = 2", "from_block = 3"), "300"),
               2,
               "from_block");
    check_says(sync("down.toml", replaced(good, node.url(), "http://127.0.0.1:9"), "300"),
               3,
               "127.0.0.1:9");
    check_says(
        sync("db.toml", replaced(good, url, "postgresql://nobody:secret@127.0.0.1:9/x"), "300"),
        3,
        "127.0.0.1");
    check_says(sync("far.toml", good, "9000"), 3, "9000");
    check_says(sync("word.toml", good, "soon"), 2, "soon");
    check_says(run_program({"report", "positions", "--database", url, "--at", "500"}), 2, "500");
    check_says(run_program({"report", "nonsense", "--database", url}), 2, "nonsense");
    check_says(run_program({"report", "positions", "--database", url, "--market", "x"}), 2, "x");
    CHECK(head_of(url) == "200");

    const ProgramResult goes_on =
        run_program({"sync", "--config", config, "--to", "latest", "--quiet"});
    CHECK_MESSAGE(goes_on.exit_code == 0, goes_on.err);
    CHECK(head_of(url) == "718");
}

TEST_CASE("a password of the database never appears in an error") {
    const ProgramResult result =
        run_program({"report", "positions", "--database", "postgresql://u:hunter2@127.0.0.1:9/x"});
    CHECK(result.exit_code == 3);
    CHECK(result.err.find("hunter2") == std::string::npos);
    CHECK(result.out.find("hunter2") == std::string::npos);
}

TEST_CASE("two processes cannot write one chain into a database at once") {
    const Recorded recorded = recorded_v36();
    node::NodeServer node{serving(recorded, {})};
    const TemporaryFolder folder;
    const std::string url = fresh_database();
    const std::string config =
        write_file(folder, "redink.toml", toml_of(recorded, node.url(), url));
    app::DatabaseConfig database;
    database.url = url;
    const app::Database held{database, app::DatabaseUse::create};
    {
        const app::WriterSession writer{held, {31'337}};
        const ProgramResult second = run_program({"sync", "--config", config, "--to", "latest"});
        check_says(second, 3, "another process writes");
        CHECK(head_of(url) == "none");
    }
    const app::WriterSession elsewhere{held, {1}};
    CHECK(run_program({"sync", "--config", config, "--to", "latest", "--quiet"}).exit_code == 0);
}

TEST_CASE("damaged recordings are refused by file and line") {
    const TemporaryFolder folder;
    const std::string original = std::string{REDINK_TEST_DATA} + "/chains/aave-v3/chain.jsonl.gz";
    std::ifstream in{original, std::ios::binary};
    std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    const std::string cut = write_file(folder, "cut.jsonl.gz", bytes.substr(0, bytes.size() / 2));
    check_says(run_program({"node", cut, "--chain-id", "31337"}), 3, "cut.jsonl.gz");
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x55);
    const std::string damaged = write_file(folder, "damaged.jsonl.gz", bytes);
    check_says(run_program({"node", damaged, "--chain-id", "31337"}), 3, "damaged.jsonl.gz");
}

TEST_CASE("a report prints the same numbers as CSV, JSON and SQL") {
    const std::string& url = booked_v36();
    const ProgramResult csv = run_program(
        {"report", "solvency", "--database", url, "--at", "245,718", "--format", "csv"});
    CHECK(csv.exit_code == 0);
    std::size_t lines = 0;
    for (const char c : csv.out) {
        lines += c == '\n' ? 1 : 0;
    }
    const auto rows = query(url,
                            "SELECT (SELECT count(*) FROM report.solvency_at('m', 245)) + (SELECT "
                            "count(*) FROM report.solvency_at('m', 718))");
    CHECK(std::to_string(lines - 1) == rows.front());
    CHECK(csv.out.starts_with("market,pool,account,collateral_value,debt_value,"));
}

}  // namespace redink::test
