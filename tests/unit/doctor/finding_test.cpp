#include "app/doctor/finding.hpp"

#include <sstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace redink::app {
namespace {

const Findings kFindings{
    {"config", "file", Verdict::ok, "redink.toml", ""},
    {"http://node:80 (ethereum)", "chain id", Verdict::ok, "1", ""},
    {"http://node:80 (ethereum)", "head", Verdict::warn, "block 5, 2 h 0 min old", "wait \"here\""},
    {"http://node:80 (ethereum)", "receipts", Verdict::fail, "gone", "use another"},
};

}  // namespace

TEST_CASE("findings are grouped by what they are about, with advice on its own line") {
    std::ostringstream out;
    write_text(kFindings, Colours::off, out);
    CHECK(out.str() ==
          "config\n"
          "  ok    file              redink.toml\n"
          "http://node:80 (ethereum)\n"
          "  ok    chain id          1\n"
          "  warn  head              block 5, 2 h 0 min old\n"
          "                          wait \"here\"\n"
          "  FAIL  receipts          gone\n"
          "                          use another\n");
}

TEST_CASE("colours are around the verdict only") {
    std::ostringstream out;
    write_text(kFindings, Colours::on, out);
    CHECK(out.str().find("\x1b[1;31mFAIL\x1b[0m  receipts") != std::string::npos);
    std::ostringstream plain;
    write_text(kFindings, Colours::off, plain);
    CHECK(plain.str().find('\x1b') == std::string::npos);
}

TEST_CASE("the JSON holds every finding") {
    std::ostringstream out;
    write_json(kFindings, out);
    const auto json = nlohmann::json::parse(out.str());
    CHECK(json["verdict"] == "fail");
    REQUIRE(json["findings"].size() == kFindings.size());
    const nlohmann::json& head = json["findings"][2];
    CHECK(head["about"] == "http://node:80 (ethereum)");
    CHECK(head["check"] == "head");
    CHECK(head["verdict"] == "warn");
    CHECK(head["measured"] == "block 5, 2 h 0 min old");
    CHECK(head["advice"] == "wait \"here\"");
    std::ostringstream none;
    write_json({}, none);
    CHECK(nlohmann::json::parse(none.str())["findings"].empty());
}

TEST_CASE("the worst finding counts") {
    CHECK(worst_of({}) == Verdict::ok);
    CHECK(worst_of({kFindings[0]}) == Verdict::ok);
    CHECK(worst_of({kFindings[2], kFindings[0]}) == Verdict::warn);
    CHECK(worst_of(kFindings) == Verdict::fail);
}

}  // namespace redink::app
