#include "tests/unit/rpc/pool/captured_refusals.hpp"

#include <map>

#include "indexer/rpc/envelope.hpp"
#include "tests/unit/chain/chain_data.hpp"

namespace redink::rpc::test {
namespace {

using simdjson::dom::element;

const std::map<std::string_view, RefusalClass> kClasses{
    {"range_too_wide", RefusalClass::range_too_wide},
    {"too_many_results", RefusalClass::too_many_results},
    {"too_many_filters", RefusalClass::too_many_filters},
    {"head_not_reached", RefusalClass::head_not_reached},
    {"unfit", RefusalClass::unfit},
    {"rate_limited", RefusalClass::rate_limited},
    {"try_again", RefusalClass::try_again},
    {"invalid_request", RefusalClass::invalid_request},
    {"unknown", RefusalClass::unknown}};

const std::map<std::string_view, RefusalUnit> kUnits{{"blocks", RefusalUnit::blocks},
                                                     {"results", RefusalUnit::results},
                                                     {"bytes", RefusalUnit::bytes},
                                                     {"filters", RefusalUnit::filters}};

RefusalReading to_expected(element row) {
    RefusalReading expected;
    expected.kind = kClasses.at(row["class"]);
    std::string_view unit;
    if (row["unit"].get(unit) == simdjson::SUCCESS) {
        expected.unit = kUnits.at(unit);
    }
    std::uint64_t limit = 0;
    if (row["limit"].get(limit) == simdjson::SUCCESS) {
        expected.limit = limit;
    }
    simdjson::dom::array suggested;
    if (row["suggested"].get(suggested) == simdjson::SUCCESS) {
        expected.suggested = chain::BlockRange{chain::BlockNumber{suggested.at(0).get_uint64()},
                                               chain::BlockNumber{suggested.at(1).get_uint64()}};
    }
    return expected;
}

/// Through the client's own reading of an answer.
CallError to_error(element row) {
    std::string answer = R"({"id":1,"error":)" + simdjson::to_string(row["error"]) + "}";
    DocumentParser parser;
    CallError error = read_single(parser.parse(answer).value(), 1).error();
    error.http_status = static_cast<unsigned>(std::uint64_t{row["http"]});
    return error;
}

}  // namespace

std::vector<Captured> load_captured() {
    std::vector<Captured> all;
    for (const std::string& line : redink::test::load_lines("rpc/refusals.jsonl")) {
        const redink::test::Document row{line};
        all.push_back({line, to_error(row.root()), to_expected(row.root())});
    }
    return all;
}

}  // namespace redink::rpc::test
