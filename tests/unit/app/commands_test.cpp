#include <cstdlib>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "accounting/money/invariant.hpp"
#include "app/commands/config_check.hpp"
#include "app/commands/init.hpp"
#include "app/commands/migrate.hpp"
#include "app/commands/report.hpp"
#include "tests/unit/app/config_file.hpp"
#include "tests/unit/store/report_database.hpp"

using namespace redink;
using app::ExitCode;
using test::TemporaryFolder;

namespace {

// A run of the program and what it said.
struct Run {
    explicit Run(std::vector<std::string> arguments, app::Action extra = {}) {
        app::CommandLine line;
        add_init(line);
        add_config_check(line);
        add_migrate(line);
        add_report(line);
        if (extra) {
            line.add_command({"extra", "for this test", ""}, std::move(extra));
        }
        std::ostringstream out_stream;
        std::ostringstream err_stream;
        code = line.run(std::move(arguments), {out_stream, err_stream});
        out = out_stream.str();
        err = err_stream.str();
    }

    ExitCode code{};
    std::string out;
    std::string err;
};

bool holds(const std::string& text, const std::string& part) {
    INFO(text);
    INFO(part);
    return text.find(part) != std::string::npos;
}

// Sets a variable for one test.
class Variable {
  public:
    Variable(const char* name, const char* value) : name_{name} {
        setenv(name, value, 1);
    }

    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

    ~Variable() {
        unsetenv(name_);
    }

  private:
    const char* name_;
};

}  // namespace

TEST_CASE("common options stand before or after the command") {
    app::CommonOptions seen;
    const auto extra = [&seen](const app::CommonOptions& common, const app::Console&) {
        seen = common;
        return ExitCode::findings;
    };
    const std::vector<std::string> options{"--config",
                                           "x.toml",
                                           "--rpc",
                                           "http://a",
                                           "--rpc",
                                           "http://b",
                                           "--market",
                                           "m",
                                           "--quiet",
                                           "--progress",
                                           "plain"};
    for (const bool is_before : {true, false}) {
        std::vector<std::string> words = options;
        words.insert(is_before ? words.end() : words.begin(), "extra");
        seen = {};
        CHECK(Run{words, extra}.code == ExitCode::findings);
        CHECK(seen.config == "x.toml");
        CHECK(seen.config_is_given);
        CHECK(seen.rpc == std::vector<std::string>{"http://a", "http://b"});
        CHECK(seen.markets == std::vector<std::string>{"m"});
        CHECK(seen.quiet);
        CHECK(seen.progress == app::ProgressMode::plain);
    }
}

TEST_CASE("common options come from the environment, and the command line goes before") {
    const Variable config{"REDINK_CONFIG", "env.toml"};
    const Variable database{"REDINK_DATABASE", "postgresql://env"};
    const Variable rpc{"REDINK_RPC", "http://a http://b"};
    const Variable market{"REDINK_MARKET", "m"};
    const Variable verbose{"REDINK_VERBOSE", "1"};
    const Variable progress{"REDINK_PROGRESS", "none"};
    app::CommonOptions seen;
    const auto extra = [&seen](const app::CommonOptions& common, const app::Console&) {
        seen = common;
        return ExitCode::fine;
    };
    CHECK(Run{{"extra", "--market", "n"}, extra}.code == ExitCode::fine);
    CHECK(seen.config == "env.toml");
    CHECK(seen.config_is_given);
    CHECK(seen.database == "postgresql://env");
    CHECK(seen.rpc == std::vector<std::string>{"http://a", "http://b"});
    CHECK(seen.markets == std::vector<std::string>{"n"});
    CHECK(seen.verbose);
    CHECK(seen.progress == app::ProgressMode::none);
}

TEST_CASE("failures have their exit codes") {
    const auto code_of = [](const auto& failure) {
        const auto extra = [&failure](const app::CommonOptions&, const app::Console&) -> ExitCode {
            throw failure;
        };
        const Run run{{"extra"}, extra};
        CHECK(run.err.starts_with("error: "));
        CHECK(run.err.find("s3cret") == std::string::npos);
        return run.code;
    };
    CHECK(code_of(app::UsageError{"x"}) == ExitCode::usage);
    CHECK(code_of(std::invalid_argument{"x"}) == ExitCode::usage);
    CHECK(code_of(app::ConfigError{{{"f", 1, "k", "t"}}}) == ExitCode::usage);
    CHECK(code_of(std::runtime_error{"postgresql://u:s3cret@h"}) == ExitCode::environment);
    CHECK(code_of(InvariantBroken{"x"}) == ExitCode::internal);
}

TEST_CASE("a wrong command line is told, and help is given") {
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"reprot"},
                                               {"report", "positions", "--format", "xml"},
                                               {"config"},
                                               {"init", "--quiet", "--verbose"},
                                               {"report", "positions", "--progress", "some"}}) {
        const Run run{words};
        CAPTURE(words.front());
        CHECK(run.code == ExitCode::usage);
        CHECK(holds(run.err, "redink --help"));
    }
    CHECK(holds(Run{{"reprot"}}.err,
                "there is no command \"reprot\" (did you mean \"report\"?); accepted: init, "));
    CHECK(holds(Run{{"report", "x", "--format", "xml"}}.err,
                "--format: \"xml\" is not accepted; accepted: table, csv, json"));
    CHECK(Run{{"report"}}.code == ExitCode::usage);
    CHECK(holds(Run{{"report"}}.err, "which report? accepted: positions, "));
    const Run help{{"report", "--help"}};
    CHECK(help.code == ExitCode::fine);
    CHECK(holds(help.out, "redink report bad-debt\n"));
    CHECK(holds(help.out, "bad-debt-history"));
    CHECK(holds(Run{{"--help"}}.out, "REDINK_CONFIG"));
    CHECK(holds(Run{{}}.out, "report"));
    for (const char* command : {"init", "migrate", "report"}) {
        CHECK(holds(Run{{command, "--help"}}.out, "Examples:"));
    }
}

TEST_CASE("init writes a file that passes the check, and never over another one") {
    const TemporaryFolder folder;
    const std::string file = folder.path() / "redink.toml";
    CHECK(Run{{"init", "--config", file}}.code == ExitCode::fine);
    const Run again{{"init", "--config", file}};
    CHECK(again.code == ExitCode::usage);
    CHECK(holds(again.err, "--force"));
    std::ofstream{file} << "nonsense";
    CHECK(Run{{"init", "--config", file, "--force"}}.code == ExitCode::fine);

    const Run unset{{"config", "check", "--config", file}};
    CHECK(unset.code == ExitCode::usage);
    CHECK(holds(unset.err, "the environment variable ETHEREUM_RPC is not set"));
    const Variable node{"ETHEREUM_RPC", "https://node.example/s3cret"};
    const Run check{{"config", "check", "--config", file}};
    CHECK(check.code == ExitCode::fine);
    CHECK(holds(check.out, "https://node.example:443\n"));
    CHECK(check.out.find("s3cret") == std::string::npos);
    CHECK(holds(check.out, "aave-v3-ethereum: aave-v3 on ethereum from block 16291127"));
    CHECK(holds(check.out, "0x2f39d218133AFaB8F2B819B1066c7E434Ad94E9e"));
    CHECK(Run{{"init", "--config", folder.path() / "no/such/redink.toml"}}.code ==
          ExitCode::environment);
}

TEST_CASE("the check shows everything but secrets") {
    const test::ConfigFile file{std::string{"[database]\nurl = \"postgresql://u:s3cret@h/d\"\n"} +
                                test::kSoundConfig + "version = \"3.6\"\nmin_debt_value = 5\n"};
    std::ostringstream out;
    app::describe(file.load(), out);
    CHECK(out.str() ==
          "database  database \"d\" on h, port 5432, as \"u\"\n"
          "chain     ethereum (id 1), final by the node's finalized tag, logs proved by bloom\n"
          "            https://node.example:443\n"
          "market    aave: aave-v3 on ethereum from block 16291127, version 3.6\n"
          "            0x2f39d218133AFaB8F2B819B1066c7E434Ad94E9e\n"
          "            dust below a debt of 5 base units\n");
}

TEST_CASE("migrate tells what it applied, and a report asks for it") {
    const std::string url = test::fresh_database();
    const Run early{{"report", "positions", "--database", url}};
    CHECK(early.code == ExitCode::environment);
    CHECK(holds(early.err, "redink migrate"));
    const Run first{{"migrate", "--database", url}};
    CHECK(first.code == ExitCode::fine);
    CHECK(holds(first.out, "applied migrations/0001_schema.sql\n"));
    CHECK(holds(first.out, "applied indexer/protocols/aave_v3/report.sql\n"));
    const Run second{{"migrate", "--database", url}};
    CHECK(second.out.find("applied") == std::string::npos);
    CHECK(holds(second.out, " was up to date, at schema version "));
    const Run empty{{"report", "positions", "--database", url}};
    CHECK(empty.code == ExitCode::usage);
    CHECK(holds(empty.err, "there is no market in this database yet"));
}

TEST_CASE("a report is printed in three formats") {
    const test::ReportDatabase database;
    const auto run = [&database](std::vector<std::string> words) {
        words.insert(words.end(), {"--database", database.url});
        words.insert(words.begin(), "report");
        return Run{words};
    };
    const Run csv = run({"positions", "--format", "csv", "--at", "104,105"});
    CHECK(csv.code == ExitCode::fine);
    const std::string alice = "aave,0xcc," + test::kUsdc + "," + test::kUsdc + "," + test::kAlice +
                              ",supply,t,1500000,1500000,";
    CHECK(
        csv.out ==
        "market,pool,reserve,asset,account,side,is_collateral,scaled,amount,block\n" + alice +
            "104\n" + alice + "105\naave,0xcc," + test::kOdd + "," + test::kOdd + "," + test::kBob +
            ",debt,f,"
            "57896044618658097711785492504343953926634992332820282019728792003956564819968,"
            "57896044618658097711785492504343953926634992332820282019728792003956564819968,105\n");
    CHECK(run({"positions", "--format", "csv", "--at", "104..105/1"}).out == csv.out);

    const Run json = run({"reserves", "--format", "json"});
    const auto rows = nlohmann::json::parse(json.out);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0]["supply_amount"] == 1500000);
    CHECK(rows[0]["block"] == 110);
    CHECK(rows[1]["symbol"] == "o\"dd, one");
    CHECK(rows[1]["price"].is_null());

    const Run table = run({"positions", "--account", test::kAlice});
    CHECK(holds(table.out, "  1500000     1.5    110\n(1 row)\n"));
    CHECK(holds(table.out, test::kAlice));
    CHECK(holds(run({"positions", "--account", test::kAlice, "--raw"}).out,
                "  1500000  1500000    110\n"));
    CHECK(holds(run({"prices", "--at", "103"}).out, "(4 rows)\n"));
    CHECK(holds(run({"solvency"}).out, "usd_e8"));
    CHECK(holds(run({"bad-debt", "--at", "head"}).out, "rows)\n"));
}

TEST_CASE("what cannot be asked of a report is told with what can") {
    const test::ReportDatabase database;
    const auto error_of = [&database](std::vector<std::string> words) {
        words.insert(words.end(), {"--database", database.url, "--format", "json"});
        words.insert(words.begin(), "report");
        const Run run{words};
        CHECK(run.code == ExitCode::usage);
        CHECK(run.out.empty());
        return run.err;
    };
    CHECK(holds(error_of({"baddebt"}), "did you mean \"bad-debt\"?); accepted: positions, "));
    CHECK(holds(error_of({"positions", "--at", "latest"}), "accepted: B, or A,B,C"));
    CHECK(holds(error_of({"positions", "--at", "99"}),
                "block 99 of market \"aave\" is not indexed. Indexed: blocks 100 to 110."));
    CHECK(holds(error_of({"positions", "--account", "0x12"}), "is not an address"));
    CHECK(holds(error_of({"prices", "--account", test::kAlice}), "has no accounts"));
    CHECK(holds(error_of({"solvency", "--asset", "usdc"}), "has no assets"));
    CHECK(holds(error_of({"prices", "--at", "101,102"}), "is a history"));
    CHECK(holds(error_of({"positions", "--market", "aav"}), "did you mean \"aave\"?"));
    CHECK(holds(error_of({"finality", "--at", "103"}), "tells the present only"));
    CHECK(holds(error_of({"reorgs", "--at", "101,102"}), "is a history"));
}

TEST_CASE("with several markets one is chosen, or each is printed") {
    test::ReportDatabase database;
    test::run_sql(database.connection,
                  "INSERT INTO redink.market VALUES (2, 1, 'other', 'aave-v3', '\\xab', 100, 1)");
    const Run unchosen{{"report", "positions", "--database", database.url}};
    CHECK(unchosen.code == ExitCode::usage);
    CHECK(holds(unchosen.err, "choose with --market: aave, other"));
    const Run unindexed{{"report", "positions", "--database", database.url, "--market", "other"}};
    CHECK(holds(unindexed.err, "market \"other\" is not indexed yet"));
    const Run chosen{{"report", "positions", "--database", database.url, "--market", "aave"}};
    CHECK(chosen.code == ExitCode::fine);
}

TEST_CASE("what belongs to a chain is printed for every chain, or for that of a market") {
    test::ReportDatabase database;
    test::run_sql(database.connection, R"(
SELECT redink.add_chain(5, 'goerli');
INSERT INTO redink.market VALUES (2, 5, 'other', 'aave-v3', '\xab', 100, 1);
INSERT INTO redink.reorg
  (chain_id, found_at, fork_block, fork_hash, old_head_block, old_head_hash, depth)
SELECT c, '2026-01-02 03:04:05Z', 100 + c, '\x01', 102 + c, '\x02', 2 FROM (VALUES (1), (5)) v (c);
)");
    const auto reorgs = [&database](std::vector<std::string> words) {
        words.insert(words.begin(), {"report", "reorgs", "--format", "csv", "--raw"});
        words.insert(words.end(), {"--database", database.url});
        return Run{words}.out;
    };
    const std::string header =
        "chain,found_at,fork_block,depth,old_head,old_hash,new_head,new_hash\n";
    const std::string first = "ethereum,2026-01-02 03:04:05+00,101,2,103,0x02,,\n";
    const std::string second = "goerli,2026-01-02 03:04:05+00,105,2,107,0x02,,\n";
    CHECK(reorgs({}) == header + first + second);
    CHECK(reorgs({"--market", "other"}) == header + second);
    CHECK(reorgs({"--at", "104"}) == header + first);
    CHECK(holds(Run{{"report", "finality", "--database", database.url}}.out, "(2 rows)\n"));
}

TEST_CASE("a full disk ends a report with an error") {
    test::ReportDatabase database;
    app::ReportRequest request;
    request.name = "positions";
    request.format = app::ReportFormat::csv;
    store::ReportReader reader{database.connection};
    std::ofstream full{"/dev/full"};
    std::ostringstream err;
    CHECK_THROWS_WITH_AS(write_report(request, reader, {full, err}),
                         "cannot write the report: No space left on device",
                         std::runtime_error);
}

TEST_CASE("without a database a report makes none") {
    const TemporaryFolder folder;
    const std::string file = folder.path() / "redink.toml";
    std::ofstream{file} << "[database]\ndata_dir = \"data\"\n";
    const Run run{{"report", "positions", "--config", file}};
    CHECK(run.code == ExitCode::usage);
    CHECK(holds(run.err, "there is no database in " + (folder.path() / "data").string() + " yet"));
    CHECK_FALSE(std::filesystem::exists(folder.path() / "data"));
}
