#include <fstream>
#include <iterator>

#include <doctest/doctest.h>
#include <pqxx/pqxx>

#include "app/books/manual_keys.hpp"
#include "app/commands/init.hpp"
#include "app/config/keys.hpp"
#include "app/config/market_spec.hpp"
#include "app/prices/price_file.hpp"
#include "tests/unit/app/config_file.hpp"
#include "tests/unit/store/report_database.hpp"

using namespace redink;

namespace {

std::string document(const std::string& name) {
    std::ifstream file{std::string{REDINK_TEST_DATA} + "/../../docs/" + name};
    REQUIRE(file.is_open());
    return {std::istreambuf_iterator<char>{file}, {}};
}

// From the heading that holds `words` to the next heading.
std::string section(const std::string& text, const std::string& words) {
    CAPTURE(words);
    std::size_t at = text.find(words);
    while (at != std::string::npos && text[text.rfind('\n', at) + 1] != '#') {
        at = text.find(words, at + 1);
    }
    REQUIRE(at != std::string::npos);
    return text.substr(at, text.find("\n#", at) - at);
}

}  // namespace

TEST_CASE("every configuration key stands in the document and in the written example") {
    const std::string text = document("configuration.md");
    const std::string example{app::config_template()};
    for (const app::KeySpec& key : app::config_keys()) {
        CAPTURE(key.table);
        CAPTURE(key.name);
        const std::string name{key.name};
        if (key.table.empty()) {
            const bool is_there = text.find("## `[" + name + "]`") != std::string::npos ||
                                  text.find("## `[[" + name + "]]`") != std::string::npos;
            CHECK(is_there);
            continue;
        }
        const bool is_single = key.table == "database" || key.table == "market.policy";
        const std::string table{key.table};
        const std::string brackets = is_single ? "`[" + table + "]`" : "`[[" + table + "]]`";
        const std::string part = section(text, brackets);
        CHECK(part.find("\n| `" + name + "` | ") != std::string::npos);
        if (key.standard == "required") {
            CHECK(part.find("\n| `" + name + "` | required | ") != std::string::npos);
        }
        const bool is_table =
            key.accepted.starts_with("a table ") || name == "reserve" || name == "cover";
        CHECK(example.find(is_table ? "[market." + name + "]" : name + " = ") != std::string::npos);
    }
    for (const auto& protocol : protocols::make_all()) {
        CHECK(section(text, "`[[market]]`").find('"' + std::string{protocol->name()} + '"') !=
              std::string::npos);
    }
    for (const char* variable :
         {"CONFIG", "DATABASE", "RPC", "MARKET", "VERBOSE", "QUIET", "PROGRESS"}) {
        CHECK(text.find(std::string{"`REDINK_"} + variable + "`") != std::string::npos);
    }
}

TEST_CASE("every key and rule of entries by hand stands in the document") {
    const std::string text = document("manual-entries.md");
    for (const app::KeySpec& key : app::manual_keys()) {
        CAPTURE(key.name);
        const std::string heading = key.table.empty()      ? "The document"
                                    : key.table == "entry" ? "`[[entry]]`"
                                                           : "`legs`";
        const std::string standard{key.standard};
        CHECK(section(text, heading)
                  .find("\n| `" + std::string{key.name} + "` | " + standard + " | ") !=
              std::string::npos);
    }
    for (const app::ManualRule& rule : app::manual_rules()) {
        CHECK(section(text, "`[[entry]]`").find("`" + std::string{rule.name} + "`") !=
              std::string::npos);
    }
}

TEST_CASE("the written example is a configuration") {
    test::ConfigFile file{std::string{app::config_template()}};
    file.variables["ETHEREUM_RPC"] = "https://node.example";
    CHECK(file.load().markets.size() == 1);
}

TEST_CASE("the prices written as an example can be imported") {
    const std::string text = document("prices.md");
    const std::size_t begin = text.find("asset,price");
    const std::string example = text.substr(begin, text.find("```", begin) - begin);
    CHECK(app::parse_prices(example, "prices.md", "market").set.rows.size() == 2);
}

TEST_CASE("every view and function of schema report stands in the document, with its columns") {
    const std::string text = document("sql.md");
    test::ReportDatabase database;
    pqxx::nontransaction tx{database.connection.session()};
    const pqxx::result rows = tx.exec(R"(
SELECT c.relname AS relation, a.attname AS name
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
 WHERE c.relnamespace = 'report'::regnamespace AND c.relkind = 'v'
 UNION ALL
SELECT p.proname, a.attname
  FROM pg_proc p JOIN pg_type t ON t.oid = p.prorettype
  JOIN pg_attribute a ON a.attrelid = t.typrelid AND a.attnum > 0
 WHERE p.pronamespace = 'report'::regnamespace)");
    CHECK(rows.size() > 100);
    for (const pqxx::row& row : rows) {
        const std::string relation = row[0].c_str();
        CAPTURE(relation);
        CAPTURE(row[1].c_str());
        const bool is_function = relation.ends_with("_at");
        const std::string part =
            section(text, "`report." + relation + (is_function ? "(market, block)`" : "`"));
        CHECK(part.find(std::string{"\n| `"} + row[1].c_str() + "` | ") != std::string::npos);
    }
}
