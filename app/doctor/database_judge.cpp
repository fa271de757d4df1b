#include "app/doctor/database_judge.hpp"

namespace redink::app {
namespace {

/// A sync has two sessions, reports and other readers one each.
constexpr int kFewConnections = 10;

constexpr std::uint64_t kGigabyte = std::uint64_t{1} << 30;
constexpr std::uint64_t kTooLittle = kGigabyte;
constexpr std::uint64_t kLittle = 10 * kGigabyte;

Finding make_finding(std::string check,
                     Verdict verdict,
                     std::string measured,
                     std::string advice = {}) {
    return {kDatabase, std::move(check), verdict, std::move(measured), std::move(advice)};
}

Finding judge_rights(const store::DatabaseFacts& facts) {
    if (facts.is_standby || facts.is_read_only) {
        return make_finding("rights",
                            Verdict::fail,
                            facts.is_standby ? "the server is a standby: nothing can be written"
                                             : "default_transaction_read_only is on",
                            "give the URL of a server that takes writes");
    }
    if (!facts.denied_schemas.empty()) {
        return make_finding("rights",
                            Verdict::fail,
                            "this user may not make tables in schema " + facts.denied_schemas,
                            "use the user that made them, or GRANT CREATE, USAGE ON SCHEMA " +
                                facts.denied_schemas + " to this one");
    }
    if (facts.schema == store::SchemaState::missing && !facts.can_create_schemas) {
        return make_finding("rights",
                            Verdict::fail,
                            "this user may not make schemas",
                            "GRANT CREATE ON DATABASE to it, or use the database's owner");
    }
    return make_finding("rights", Verdict::ok, "schemas and tables can be made");
}

Finding judge_schema(store::SchemaState schema) {
    switch (schema) {
        case store::SchemaState::missing:
            return make_finding(
                "tables", Verdict::ok, "none yet: redink sync or redink migrate makes them");
        case store::SchemaState::behind:
            return make_finding("tables",
                                Verdict::warn,
                                "of an older redink",
                                "redink migrate brings them up to date");
        case store::SchemaState::newer:
            return make_finding(
                "tables", Verdict::fail, "of a newer redink", "use that one, or another database");
        case store::SchemaState::current:
            break;
    }
    return make_finding("tables", Verdict::ok, "up to date");
}

Finding judge_durability(const store::DatabaseFacts& facts) {
    if (!facts.fsync || !facts.full_page_writes) {
        return make_finding("durability",
                            Verdict::warn,
                            std::string{facts.fsync ? "full_page_writes" : "fsync"} + " is off",
                            "turn it on: a crash of the machine can destroy the database");
    }
    if (!facts.synchronous_commit) {
        return make_finding("durability",
                            Verdict::warn,
                            "synchronous_commit is off",
                            "after a crash the last blocks are indexed again; turn it on to keep "
                            "them");
    }
    return make_finding("durability", Verdict::ok, "what is committed stays");
}

}  // namespace

Findings judge_database(const store::DatabaseFacts& facts) {
    Findings findings;
    findings.push_back(make_finding("server", Verdict::ok, "PostgreSQL " + facts.version));
    const bool is_utf8 = facts.encoding == "UTF8";
    findings.push_back(make_finding("encoding",
                                    is_utf8 ? Verdict::ok : Verdict::fail,
                                    facts.encoding,
                                    is_utf8 ? ""
                                            : "make a database with ENCODING 'UTF8' TEMPLATE "
                                              "template0 and use that one"));
    findings.push_back(judge_rights(facts));
    findings.push_back(judge_schema(facts.schema));
    findings.push_back(judge_durability(facts));
    const bool is_few = facts.max_connections < kFewConnections;
    findings.push_back(make_finding("connections",
                                    is_few ? Verdict::warn : Verdict::ok,
                                    "max_connections is " + std::to_string(facts.max_connections),
                                    is_few ? "raise it if reports are refused" : ""));
    return findings;
}

Finding judge_disk(std::uint64_t free_bytes, const std::string& folder) {
    constexpr std::uint64_t kMegabyte = std::uint64_t{1} << 20;
    const std::string amount = free_bytes < kGigabyte
                                   ? std::to_string(free_bytes / kMegabyte) + " MB"
                                   : std::to_string(free_bytes / kGigabyte) + " GB";
    const std::string measured = amount + " free for " + folder;
    if (free_bytes < kTooLittle) {
        return make_finding("disk", Verdict::fail, measured, "make room, or move data_dir");
    }
    if (free_bytes < kLittle) {
        return make_finding("disk",
                            Verdict::warn,
                            measured,
                            "a large market needs tens of GB: make room, or move data_dir");
    }
    return make_finding("disk", Verdict::ok, measured);
}

}  // namespace redink::app
