#include "app/doctor/database_judge.hpp"

#include <functional>

#include <doctest/doctest.h>

namespace redink::app {
namespace {

store::DatabaseFacts sound() {
    store::DatabaseFacts facts;
    facts.version = "15.4";
    facts.encoding = "UTF8";
    facts.max_connections = 100;
    facts.can_create_schemas = true;
    facts.schema = store::SchemaState::current;
    return facts;
}

/// The findings that are not ok after one change, as "check: verdict: measured".
std::string trouble(const std::function<void(store::DatabaseFacts&)>& change) {
    store::DatabaseFacts facts = sound();
    change(facts);
    std::string text;
    for (const Finding& finding : judge_database(facts)) {
        if (finding.verdict != Verdict::ok) {
            CHECK_FALSE(finding.advice.empty());
            text += finding.check + ": " + std::string{to_text(finding.verdict)} + ": " +
                    finding.measured;
        }
    }
    return text;
}

}  // namespace

TEST_CASE("a sound database has no trouble") {
    CHECK(trouble([](store::DatabaseFacts&) {}).empty());
    CHECK(judge_database(sound()).front().measured == "PostgreSQL 15.4");
}

TEST_CASE("what is wrong with a database is told one by one") {
    using Facts = store::DatabaseFacts;
    CHECK(trouble([](Facts& f) { f.encoding = "LATIN1"; }) == "encoding: FAIL: LATIN1");
    CHECK(trouble([](Facts& f) { f.is_standby = true; }) ==
          "rights: FAIL: the server is a standby: nothing can be written");
    CHECK(trouble([](Facts& f) { f.is_read_only = true; }) ==
          "rights: FAIL: default_transaction_read_only is on");
    CHECK(trouble([](Facts& f) { f.denied_schemas = "derived, redink"; }) ==
          "rights: FAIL: this user may not make tables in schema derived, redink");
    CHECK(trouble([](Facts& f) {
              f.schema = store::SchemaState::missing;
              f.can_create_schemas = false;
          }) == "rights: FAIL: this user may not make schemas");
    CHECK(trouble([](Facts& f) { f.schema = store::SchemaState::behind; }) ==
          "tables: warn: of an older redink");
    CHECK(trouble([](Facts& f) { f.schema = store::SchemaState::newer; }) ==
          "tables: FAIL: of a newer redink");
    CHECK(trouble([](Facts& f) { f.fsync = false; }) == "durability: warn: fsync is off");
    CHECK(trouble([](Facts& f) { f.full_page_writes = false; }) ==
          "durability: warn: full_page_writes is off");
    CHECK(trouble([](Facts& f) { f.synchronous_commit = false; }) ==
          "durability: warn: synchronous_commit is off");
    CHECK(trouble([](Facts& f) { f.max_connections = 5; }) ==
          "connections: warn: max_connections is 5");
}

TEST_CASE("an empty database needs no tables yet, and a migrated one no right to make schemas") {
    CHECK(trouble([](store::DatabaseFacts& f) { f.schema = store::SchemaState::missing; }).empty());
    CHECK(trouble([](store::DatabaseFacts& f) { f.can_create_schemas = false; }).empty());
}

TEST_CASE("a disk that is nearly full fails, a small one warns") {
    constexpr std::uint64_t kMegabyte = std::uint64_t{1} << 20;
    CHECK(judge_disk(500 * kMegabyte, "d").verdict == Verdict::fail);
    CHECK(judge_disk(500 * kMegabyte, "d").measured == "500 MB free for d");
    CHECK(judge_disk(5 * 1024 * kMegabyte, "d").verdict == Verdict::warn);
    CHECK(judge_disk(500 * 1024 * kMegabyte, "d").verdict == Verdict::ok);
    CHECK(judge_disk(500 * 1024 * kMegabyte, "d").measured == "500 GB free for d");
}

}  // namespace redink::app
