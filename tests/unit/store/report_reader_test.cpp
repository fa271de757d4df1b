#include "indexer/store/report_reader.hpp"

#include <doctest/doctest.h>

#include "indexer/store/errors.hpp"
#include "indexer/store/schema_check.hpp"
#include "tests/unit/store/report_database.hpp"

using namespace redink;
using test::ReportDatabase;

namespace {

const store::ReportSpec& spec_of(std::string_view name) {
    for (const store::ReportSpec& spec : store::report_specs()) {
        if (spec.name == name) {
            return spec;
        }
    }
    FAIL("no such report");
    return store::report_specs().front();
}

// All cells, `|` between them, a line for each row.
std::string read(ReportDatabase& database, std::string_view name, store::ReportQuery query) {
    std::string text;
    const auto columns = [](const std::vector<store::ReportColumn>&) {};
    const auto row = [&text](const store::ReportRow& cells) {
        for (const auto& cell : cells) {
            text += cell.value_or("NULL") + "|";
        }
        text += "\n";
    };
    query.market = "aave";
    store::ReportReader{database.connection}.load(spec_of(name), query, columns, row);
    return text;
}

}  // namespace

TEST_CASE("positions are read at the end of a block, narrowed by account and token") {
    ReportDatabase database;
    const std::string alice = "aave|0xcc|" + test::kUsdc + "|" + test::kUsdc + "|" + test::kAlice +
                              "|supply|t|1500000|1500000|";
    CHECK(read(database, "positions", {"", 104, {}, {}}) == alice + "104|\n");
    CHECK(read(database, "positions", {"", 105, test::kAlice, {}}) == alice + "105|\n");
    CHECK(read(database, "positions", {"", 105, {}, "usdc"}) == alice + "105|\n");
    CHECK(read(database, "positions", {"", 105, {}, test::kUsdc}) == alice + "105|\n");
    CHECK(read(database, "positions", {"", 105, test::kAlice, test::kOdd}).empty());
}

TEST_CASE("every report can be read and has the columns that filters and blocks need") {
    ReportDatabase database;
    for (const store::ReportSpec& spec : store::report_specs()) {
        CAPTURE(spec.name);
        std::size_t count = 0;
        const auto columns = [&count](const std::vector<store::ReportColumn>& found) {
            count = found.size();
        };
        const auto row = [&count](const store::ReportRow& cells) { CHECK(cells.size() == count); };
        store::ReportReader reader{database.connection};
        const auto asset = spec.asset_columns.empty() ? std::nullopt : std::optional{test::kUsdc};
        reader.load(spec, {"aave", 110, {}, asset}, columns, row);
        CHECK(count > 5);
    }
}

TEST_CASE("a history is read up to a block") {
    ReportDatabase database;
    const std::string until = read(database, "prices", {"", 103, {}, {}});
    CHECK(std::count(until.begin(), until.end(), '\n') == 4);
    const std::string all = read(database, "prices", {});
    CHECK(std::count(all.begin(), all.end(), '\n') == 10);
}

TEST_CASE("more rows than are held at once come complete and in order") {
    ReportDatabase database;
    test::run_sql(database.connection,
                  "INSERT INTO derived.price SELECT 1, '\\x11', 110, n, '\\x77', n, '\\x99' "
                  "FROM generate_series(1, 5000) n");
    std::uint64_t next = 1;
    const auto columns = [](const std::vector<store::ReportColumn>&) {};
    const auto row = [&next](const store::ReportRow& cells) {
        CHECK(cells.at(5) == std::to_string(next));
        ++next;
    };
    const store::ReportQuery query{"aave", {}, {}, "0x11"};
    CHECK(store::ReportReader{database.connection}.load(spec_of("prices"), query, columns, row) ==
          5000);
}

TEST_CASE("a block that is not indexed is a sentence and a hint") {
    ReportDatabase database;
    for (const std::uint64_t block : {99U, 111U}) {
        std::string text;
        store::StoreErrc code{};
        try {
            read(database, "positions", {"", block, {}, {}});
        } catch (const std::exception& error) {
            code = store::classify(error);
            text = store::to_error(error).text;
        }
        CHECK(code == store::StoreErrc::raised);
        CHECK(text == "block " + std::to_string(block) +
                          " of market \"aave\" is not indexed. Indexed: blocks 100 to 110. redink "
                          "sync --to BLOCK goes on.");
    }
}

TEST_CASE("heads and names of markets are read") {
    ReportDatabase database;
    store::ReportReader reader{database.connection};
    CHECK(reader.load_head("aave") == 110);
    CHECK(reader.load_market_names() == std::vector<std::string>{"aave"});
    CHECK_THROWS_AS(static_cast<void>(reader.load_head("other")), std::invalid_argument);
    test::run_sql(database.connection, "DELETE FROM redink.cursor");
    CHECK_FALSE(reader.load_head("aave"));
}

TEST_CASE("the state of a schema is told without touching it") {
    using store::SchemaState;
    const std::span<const store::EmbeddedFile> files = store::embedded_sql();
    store::Connection empty{test::fresh_database()};
    CHECK(load_schema_state(empty, files) == SchemaState::missing);
    ReportDatabase database;
    CHECK(load_schema_state(database.connection, files) == SchemaState::current);
    CHECK(load_schema_state(database.connection, files.first(1)) == SchemaState::newer);
    test::run_sql(database.connection, "UPDATE redink.repeatable SET sha256 = 'x'");
    CHECK(load_schema_state(database.connection, files) == SchemaState::behind);
    test::run_sql(database.connection, "INSERT INTO redink.migration VALUES (9999, 'x', 'y')");
    CHECK(load_schema_state(database.connection, files) == SchemaState::newer);
}
