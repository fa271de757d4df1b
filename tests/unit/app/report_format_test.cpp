#include <sstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "app/report/block_list.hpp"
#include "app/report/json_text.hpp"
#include "app/report/row_writer.hpp"
#include "app/report/table_cell.hpp"

using namespace redink;
using store::ColumnKind;

namespace {

const std::vector<store::ReportColumn> kColumns{{"name", ColumnKind::text},
                                                {"amount", ColumnKind::number},
                                                {"open", ColumnKind::boolean},
                                                {"topics", ColumnKind::list}};
const store::ReportRow kPlain{"a", "12", "t", "{0x1,0x2}"};
const store::ReportRow kOdd{"q\"u,o\nte\\\x01", std::nullopt, "f", "{}"};
const store::ReportRow kEmpty{"", "NaN", std::nullopt, std::nullopt};

std::string written(std::unique_ptr<app::RowWriter> writer,
                    std::ostringstream& out,
                    const std::vector<store::ReportRow>& rows) {
    writer->begin(kColumns);
    for (const store::ReportRow& row : rows) {
        writer->row(row);
    }
    writer->end();
    return out.str();
}

std::vector<std::uint64_t> blocks_of(std::string_view text) {
    std::vector<std::uint64_t> blocks;
    const auto list = app::BlockList::parse(text);
    REQUIRE(list.has_value());
    list->for_each([&blocks](std::uint64_t block) { blocks.push_back(block); });
    CHECK(list->size() == blocks.size());
    return blocks;
}

}  // namespace

TEST_CASE("CSV quotes what must be quoted and tells nothing from an empty text") {
    std::ostringstream out;
    CHECK(written(app::make_csv_writer(out), out, {kPlain, kOdd, kEmpty}) ==
          "name,amount,open,topics\n"
          "a,12,t,\"{0x1,0x2}\"\n"
          "\"q\"\"u,o\nte\\\x01\",,f,{}\n"
          "\"\",NaN,,\n");
}

TEST_CASE("JSON is one array that any parser reads") {
    std::ostringstream out;
    const auto parsed =
        nlohmann::json::parse(written(app::make_json_writer(out), out, {kPlain, kOdd, kEmpty}));
    REQUIRE(parsed.size() == 3);
    CHECK(parsed[0]["amount"] == 12);
    CHECK(parsed[0]["open"] == true);
    CHECK(parsed[0]["topics"] == nlohmann::json{"0x1", "0x2"});
    CHECK(parsed[1]["name"] == *kOdd[0]);
    CHECK(parsed[1]["amount"].is_null());
    CHECK(parsed[1]["topics"].empty());
    CHECK(parsed[2]["name"].get<std::string>().empty());
    CHECK(parsed[2]["amount"] == "NaN");
}

TEST_CASE("JSON keeps every digit of a number") {
    std::ostringstream out;
    const std::string large(78, '9');
    CHECK(written(app::make_json_writer(out), out, {{"a", large, "t", "{}"}})
              .find("\"amount\":" + large + ",") != std::string::npos);
}

TEST_CASE("JSON without rows is an empty array") {
    std::ostringstream out;
    CHECK(written(app::make_json_writer(out), out, {}) == "[]\n");
    std::ostringstream never;
    app::make_json_writer(never)->end();
    CHECK(never.str() == "[]\n");
}

TEST_CASE("several blocks are one table, one CSV and one array") {
    for (const auto make : {&app::make_csv_writer, &app::make_json_writer}) {
        std::ostringstream once;
        const std::string whole = written(make(once), once, {kPlain, kOdd});
        std::ostringstream twice;
        const auto writer = make(twice);
        writer->begin(kColumns);
        writer->row(kPlain);
        writer->begin(kColumns);
        writer->row(kOdd);
        writer->end();
        CHECK(twice.str() == whole);
    }
}

TEST_CASE("a table is aligned, numbers to the right") {
    std::ostringstream out;
    CHECK(written(app::make_table_writer(out, {}), out, {kPlain, {"é…x", "1234567", "f", {}}}) ==
          "name   amount  open  topics\n"
          "a          12  yes   {0x1,0x2}\n"
          "é…x   1234567  no    -\n"
          "(2 rows)\n");
}

TEST_CASE("a table shortens addresses and scales units where it is told to") {
    const std::string token = "0x1111111111111111111111111111111111112222";
    const std::vector<store::ReportColumn> columns{{"asset", ColumnKind::text},
                                                   {"scaled", ColumnKind::number},
                                                   {"amount", ColumnKind::number}};
    const app::TokenDecimals decimals{{token, 6}};
    std::ostringstream out;
    const auto writer = app::make_table_writer(out, {true, "positions", &decimals});
    writer->begin(columns);
    writer->row({token, "1500000", "1500000"});
    writer->row({"0x33", "1500000", "1500000"});
    writer->end();
    CHECK(out.str() ==
          "asset         scaled   amount\n"
          "0x1111…2222  1500000      1.5\n"
          "0x33         1500000  1500000\n"
          "(2 rows)\n");
}

TEST_CASE("a table starts to print after a thousand rows") {
    std::ostringstream out;
    const auto writer = app::make_table_writer(out, {});
    writer->begin(kColumns);
    for (int i = 0; i < 999; ++i) {
        writer->row(kPlain);
    }
    CHECK(out.str().empty());
    writer->row(kPlain);
    CHECK_FALSE(out.str().empty());
    writer->row({std::string(100, 'x'), "1", "t", "{}"});
    writer->end();
    CHECK(out.str().find(std::string(100, 'x') + "       1  yes") != std::string::npos);
    CHECK(out.str().find("(1001 rows)") != std::string::npos);
}

TEST_CASE("units are scaled exactly") {
    CHECK(app::scaled_by("0", 18) == "0");
    CHECK(app::scaled_by("1", 18) == "0.000000000000000001");
    CHECK(app::scaled_by("1500000", 6) == "1.5");
    CHECK(app::scaled_by("1000000", 6) == "1");
    CHECK(app::scaled_by("-1500000", 6) == "-1.5");
    CHECK(app::scaled_by("15", 0) == "15");
    CHECK(app::scaled_by("NaN", 6) == "NaN");
    CHECK(app::scaled_by("100", 2) == "1");
    CHECK(app::scaled_by("12", 2) == "0.12");
}

TEST_CASE("blocks are read one by one, as a list and by steps") {
    using Blocks = std::vector<std::uint64_t>;
    CHECK(blocks_of("7") == Blocks{7});
    CHECK(blocks_of("3,1,2") == Blocks{3, 1, 2});
    CHECK(blocks_of("10..20/5") == Blocks{10, 15, 20});
    CHECK(blocks_of("10..14/5") == Blocks{10});
    CHECK(blocks_of("1..3") == Blocks{1, 2, 3});
    CHECK(blocks_of("1,5..6,9") == Blocks{1, 5, 6, 9});
    CHECK(blocks_of("9223372036854775806..9223372036854775807/9223372036854775807") ==
          Blocks{9223372036854775806U});
    for (const char* text : {"",
                             ",",
                             "1,",
                             "-1",
                             "0x10",
                             "1..",
                             "..2",
                             "2..1",
                             "1..2/0",
                             "1..2/",
                             "1.5",
                             " 1",
                             "1e3",
                             "latest",
                             "9223372036854775808"}) {
        CAPTURE(text);
        CHECK(app::BlockList::parse(text).has_error());
    }
}

TEST_CASE("numbers and arrays of the database are told from look-alikes") {
    CHECK(app::is_json_number("-0.5"));
    CHECK_FALSE(app::is_json_number("007"));
    CHECK_FALSE(app::is_json_number("1."));
    CHECK_FALSE(app::is_json_number(""));
    CHECK_FALSE(app::is_json_number("Infinity"));
    CHECK(app::array_elements(R"({a,"b,c","d\"e",""})") ==
          std::vector<std::string>{"a", "b,c", "d\"e", ""});
}
