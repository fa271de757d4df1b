#include "app/prices/csv_record.hpp"

#include <doctest/doctest.h>

namespace redink::app {
namespace {

CsvRecord first_of(std::string_view text) {
    return CsvReader{text}.next().value();
}

}  // namespace

TEST_CASE("fields are parted by commas, and quotes keep them together") {
    using Fields = std::vector<std::string>;
    CHECK(first_of("a,b,c\n").fields == Fields{"a", "b", "c"});
    CHECK(first_of("a,,\r\n").fields == Fields{"a", "", ""});
    CHECK(first_of(R"("a,b","say ""x""",c)").fields == Fields{"a,b", "say \"x\"", "c"});
    CHECK(first_of("\"\"").fields == Fields{""});
}

TEST_CASE("records know their lines; empty ones and the byte order mark are passed over") {
    CsvReader reader{
        "\xef\xbb\xbf"
        "a\n\n\r\nb"};
    CHECK(reader.next()->fields[0] == "a");
    const auto second = reader.next();
    CHECK(second->fields[0] == "b");
    CHECK(second->line == 4);
    CHECK_FALSE(reader.next().has_value());
    CHECK_FALSE(CsvReader{""}.next().has_value());
}

TEST_CASE("broken quotes are told") {
    CHECK(first_of("\"a\nb\"").problem == "has a quote that is not closed on this line");
    CHECK(first_of("\"a\"b,c").problem == "has text behind a closing quote");
    CHECK(first_of("a\"b,c").problem.empty());
}

}  // namespace redink::app
