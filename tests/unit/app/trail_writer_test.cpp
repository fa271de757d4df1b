#include "app/report/trail_writer.hpp"

#include <sstream>

#include <doctest/doctest.h>

using namespace redink;

TEST_CASE("a trail is told part by part, and what is empty is left out") {
    std::ostringstream out;
    app::write_trail_text(out,
                          R"({"entry": {"book": "contract", "position": 3, "symbol": null},
            "legs": [{"account": "cash", "debit": "12345678901234567890123", "credit": null}],
            "valuation": {"policy": "a = 1\nb = 2",
                          "prices": [{"asset": "0x1", "log": {"event": "AnswerUpdated"}}]},
            "document": null, "positions": []})");
    CHECK(out.str() ==
          "entry\n  book            contract\n  position        3\n"
          "legs\n  - account cash, debit 12345678901234567890123\n"
          "valuation\n  policy          a = 1\n                  b = 2\n"
          "  prices\n    - asset 0x1\n      log: event AnswerUpdated\n");
}

TEST_CASE("a trail as JSON is given as it is, and nonsense is refused") {
    std::ostringstream out;
    app::write_trail_json(out, R"({"entry": {"position": 3}})");
    CHECK(out.str() == "{\"entry\": {\"position\": 3}}\n");
    CHECK_THROWS_AS(app::write_trail_text(out, "[1"), std::runtime_error);
}
