#include "indexer/store/log_comparison.hpp"

#include <doctest/doctest.h>

#include "tests/support/stored_chain.hpp"

using namespace redink;
using store::Refutation;
using test::log_at;

namespace {

using Logs = std::vector<chain::Log>;

bool is_anything(const chain::Log&) {
    return true;
}

}  // namespace

TEST_CASE("the same logs do not differ") {
    const Logs logs{log_at(101, 0), log_at(101, 3), log_at(102, 0)};
    const auto difference = store::compare_logs(logs, logs, is_anything);
    CHECK(difference.refuted.empty());
    CHECK(difference.missing.empty());
    CHECK_FALSE(difference.first());
}

TEST_CASE("a log left out, one altered and one invented are told apart") {
    const Logs stored{log_at(101, 3, 9), log_at(102, 0), log_at(103, 5)};
    const Logs proved{log_at(101, 2), log_at(101, 3), log_at(102, 0)};
    const auto difference = store::compare_logs(stored, proved, is_anything);
    REQUIRE(difference.refuted.size() == 2);
    CHECK(difference.refuted[0].log == stored[0]);
    CHECK(difference.refuted[0].reason == Refutation::altered);
    CHECK(difference.refuted[1].log == stored[2]);
    CHECK(difference.refuted[1].reason == Refutation::invented);
    CHECK(difference.missing == Logs{proved[0], proved[1]});
    CHECK(difference.first() == chain::BlockNumber{101});
}

TEST_CASE("a log that was not asked for is not invented, but it cannot keep another's place") {
    const auto nothing = [](const chain::Log&) { return false; };
    CHECK(store::compare_logs(Logs{log_at(101, 3)}, Logs{}, nothing).refuted.empty());
    const auto taken = store::compare_logs(Logs{log_at(101, 3, 9)}, Logs{log_at(101, 3)}, nothing);
    REQUIRE(taken.refuted.size() == 1);
    CHECK(taken.refuted[0].reason == Refutation::altered);
}

TEST_CASE("reasons have the names of the table") {
    CHECK(name_of(Refutation::altered) == "altered");
    CHECK(name_of(Refutation::invented) == "invented");
}
